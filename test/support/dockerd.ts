// A Docker engine of the tests' own: Debian's dockerd with everything it keeps in one folder and a bridge of its own.
import {type ChildProcess, execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {open, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {promisify} from 'node:util';
import {connectEngine, type Engine} from '../../src/runtime/docker/connect-engine.ts';

const run = promisify(execFile);

export interface Dockerd {
	readonly engine: Engine;
	/** For DOCKER_HOST. */
	readonly host: string;
	/** Kills it as a crash would, and starts it again with what it left. */
	readonly crash: () => Promise<void>;
	/** Ends it with all its containers, and removes its folder. */
	readonly stop: () => Promise<void>;
}

/** Starts an engine in a folder, which must be short: sockets lie in it. */
export const startDockerd = async (root: string): Promise<Dockerd> => {
	const host = `unix://${root}/docker.sock`;
	// Two engines on one bridge give the same address twice.
	const bridge = `dmt${process.pid}`;
	const daemon: {child?: ChildProcess} = {};
	const stop = async (): Promise<void> => {
		await removeContainers(host);
		await end(daemon.child);
		await endLeftBehind(root);
		await unmountAll(root);
		await run('ip', ['link', 'delete', bridge]).catch(() => undefined);
		await rm(root, {recursive: true, force: true, maxRetries: 5, retryDelay: 200});
	};

	try {
		await makeBridge(bridge);
		const child = await spawnDockerd(root, host, bridge);
		daemon.child = child;
		return {
			engine: await untilItAnswers(child, root, host),
			host,
			crash: async () => {
				const {child: current} = daemon;
				if (current) {
					const ended = once(current, 'exit');
					current.kill('SIGKILL');
					await ended;
				}

				// Where nobody fetches what has ended, their numbers look alive.
				for (const file of ['dockerd.pid', 'exec/containerd/containerd.pid']) {
					await rm(path.join(root, file), {force: true});
				}

				const again = await spawnDockerd(root, host, bridge);
				daemon.child = again;
				await untilItAnswers(again, root, host);
			},
			stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
};

const spawnDockerd = async (root: string, host: string, bridge: string): Promise<ChildProcess> => {
	const settings = path.join(root, 'daemon.json');
	await writeFile(settings, '{}');
	const log = await open(path.join(root, 'dockerd.log'), 'a');
	const child = spawn(
		'/usr/sbin/dockerd',
		[
			...['--data-root', path.join(root, 'data'), '--exec-root', path.join(root, 'exec')],
			...['--host', host, '--pidfile', path.join(root, 'dockerd.pid'), '--bridge', bridge],
			// Not that of the machine.
			...['--config-file', settings, '--shutdown-timeout', '2'],
		],
		// A group of its own: a Ctrl-C at the terminal is for the one who cleans up.
		{
			stdio: ['ignore', log.fd, log.fd],
			detached: true,
			env: {...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin`},
		},
	);
	await log.close();
	return child;
};

const makeBridge = async (name: string): Promise<void> => {
	await run('ip', ['link', 'add', name, 'type', 'bridge']);
	await run('ip', ['address', 'add', `10.214.${process.pid % 250}.1/24`, 'dev', name]);
	await run('ip', ['link', 'set', name, 'up']);
};

const untilItAnswers = async (child: ChildProcess, root: string, host: string): Promise<Engine> => {
	const failure: {error?: unknown} = {};
	child.once('error', error => {
		failure.error = error;
	});
	for (let i = 0; i < 300; i++) {
		try {
			return await connectEngine({DOCKER_HOST: host});
		} catch (error) {
			failure.error ??= child.exitCode === null ? undefined : error;
			if (failure.error) {
				break;
			}

			await sleep(100);
		}
	}

	const log = await readFile(path.join(root, 'dockerd.log'), 'utf8').catch(() => '');
	throw new Error(`dockerd did not start:\n${log.slice(-2000)}`, {cause: failure.error});
};

const removeContainers = async (host: string): Promise<void> => {
	try {
		const {docker} = await connectEngine({DOCKER_HOST: host});
		const containers = await docker.listContainers({all: true});
		await Promise.all(containers.map(({Id}) => docker.getContainer(Id).remove({force: true, v: true})));
		// Their bridges and packet rules go with them.
		await docker.pruneNetworks();
	} catch {
		// What is left is ended by hand below.
	}
};

const end = async (child: ChildProcess | undefined): Promise<void> => {
	if (!child?.pid || child.exitCode !== null || child.signalCode !== null) {
		return;
	}

	const ended = once(child, 'exit');
	child.kill('SIGTERM');
	const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
	await ended;
	clearTimeout(timer);
};

/** Ends containerd and the shims of an engine that was killed: all name the folder. */
const endLeftBehind = async (root: string): Promise<void> => {
	for (const pid of await readdir('/proc')) {
		if (/^\d+$/.test(pid) && Number(pid) !== process.pid) {
			const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
			if (
				/\/(?:containerd|containerd-shim|docker-proxy)[^/]*$/.test(`/${words[0]}`) &&
				words.some(word => word.startsWith(`${root}/`))
			) {
				process.kill(Number(pid), 'SIGKILL');
			}
		}
	}
};

const unmountAll = async (root: string): Promise<void> => {
	const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map(line => line.split(' ')[1] ?? '');
	for (const mount of mounts.filter(folder => folder.startsWith(`${root}/`)).reverse()) {
		await run('umount', ['--lazy', mount]).catch(() => undefined);
	}
};
