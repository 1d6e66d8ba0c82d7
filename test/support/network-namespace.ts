// A network namespace of a test's own, with an agent in it that listens and dials.
import {type ChildProcessByStdio, execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import type {Readable, Writable} from 'node:stream';
import {promisify} from 'node:util';
import type {ExecutionContext} from 'ava';
import {createJsonLines, jsonLine} from '../../src/common/json-lines.ts';
import type {AgentCommand} from './namespace-agent.ts';

export interface NetworkNamespace {
	/** The process that holds it. */
	readonly pid: string;
	/** Runs a program in it to its end. Gives what it wrote to stdout. */
	readonly run: (...command: readonly string[]) => Promise<string>;
	/** Starts a program in it; it ends with the test. */
	readonly start: (
		command: readonly string[],
		env?: Readonly<Record<string, string>>,
	) => ChildProcessByStdio<Writable, Readable, Readable>;
	readonly ask: (command: AgentCommand) => Promise<string>;
}

// Where a PATH lists node_modules/.bin first, `nft` is another program.
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
const agentProgram = path.join(import.meta.dirname, 'namespace-agent.ts');

/** Makes a namespace with its loopback up; it is gone when the test ends. */
export const createNamespace = async (t: ExecutionContext): Promise<NetworkNamespace> => {
	const holder = start([...asRoot, 'unshare', '--net', 'sh', '-c', 'echo $$; exec sleep 600']);
	t.teardown(() => holder.kill());
	const [first] = (await once(holder.stdout, 'data')) as [Buffer];
	const pid = first.toString().trim();
	const enter = [...asRoot, 'nsenter', `--net=/proc/${pid}/ns/net`];
	const run = async (...command: readonly string[]): Promise<string> => {
		const [program = '', ...args] = [...enter, ...command];
		const {stdout} = await promisify(execFile)(program, args, {env: {PATH: systemPath}});
		return stdout;
	};

	await run('ip', 'link', 'set', 'lo', 'up');
	// Else a link's own address (fe80::) may not be used for a second, and whoever dials takes another one of his.
	await run('sh', '-c', 'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad');
	const startIn: NetworkNamespace['start'] = (command, env = {}) => {
		const child = start([...enter, 'env', ...Object.entries(env).map(([key, value]) => `${key}=${value}`), ...command]);
		t.teardown(() => child.kill('SIGKILL'));
		return child;
	};

	const agent = startIn([process.execPath, agentProgram]);
	const waiting = new Map<number, (result: string) => void>();
	agent.stdout.setEncoding('utf8').on(
		'data',
		createJsonLines(value => {
			const {id, result} = value as {id: number; result: string};
			waiting.get(id)?.(result);
			waiting.delete(id);
		}),
	);
	let lastId = 0;
	return {
		pid,
		run,
		start: startIn,
		ask: command =>
			new Promise(resolve => {
				lastId++;
				waiting.set(lastId, resolve);
				agent.stdin.write(jsonLine({id: lastId, command}));
			}),
	};
};

/** Joins two namespaces by a cable: each is given its addresses, such as `10.0.0.1/24`. */
export const connectNamespaces = async (
	[one, oneAddresses]: readonly [NetworkNamespace, readonly string[]],
	[two, twoAddresses]: readonly [NetworkNamespace, readonly string[]],
): Promise<void> => {
	for (const {run} of [one, two]) {
		// Else a new IPv6 address may not be used for a second, in which the system takes another one.
		await run('sh', '-c', 'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad');
	}

	await one.run('ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', two.pid);
	for (const [namespace, addresses] of [
		[one, oneAddresses],
		[two, twoAddresses],
	] as const) {
		for (const address of addresses) {
			await namespace.run('ip', 'addr', 'add', address, 'dev', 'eth0');
		}

		await namespace.run('ip', 'link', 'set', 'eth0', 'up');
	}
};

const start = ([program = '', ...args]: readonly string[]): ChildProcessByStdio<Writable, Readable, Readable> =>
	spawn(program, args, {env: {PATH: systemPath}, stdio: ['pipe', 'pipe', 'pipe']});
