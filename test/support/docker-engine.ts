// One Docker engine for all files of a test run. By hand: `node test/support/docker-engine.ts --root /tmp/x`.
import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdir, open, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {connectEngine, type Engine} from '../../src/runtime/docker/connect-engine.ts';
import {readProcStat} from '../../src/runtime/process-start-time.ts';
import {importImage, nodeImage} from './docker-images.ts';
import {startDockerd} from './dockerd.ts';

/**
 * Gives the engine of this test run, with the image `node:26-slim`. The first file that asks starts it; it ends, and takes
 * everything with it, when the run does. DEVMESH_TEST_ENGINE names one that runs already, such as one started by hand.
 */
export const startTestEngine = async (): Promise<Engine> => {
	const running = process.env['DEVMESH_TEST_ENGINE'];
	if (running) {
		return connectEngine({DOCKER_HOST: running});
	}

	// The files of a run are threads of one process: it is the one whose end is waited for.
	const {startedAt} = (await readProcStat(process.pid)) ?? {startedAt: ''};
	const root = `/tmp/dm-engine-${process.pid}-${startedAt}`;
	const isFirst = await mkdir(root).then(
		() => true,
		() => false,
	);
	if (isFirst) {
		await spawnKeeper(root);
	}

	return untilReady(root);
};

const spawnKeeper = async (root: string): Promise<void> => {
	const log = await open(`${root}.log`, 'a');
	spawn(process.execPath, [fileURLToPath(import.meta.url), '--root', root, '--owner', String(process.pid)], {
		stdio: ['ignore', log.fd, log.fd],
		detached: true,
	}).unref();
	await log.close();
};

const untilReady = async (root: string): Promise<Engine> => {
	for (let i = 0; i < 600; i++) {
		if (existsSync(`${root}/ready`)) {
			return connectEngine({DOCKER_HOST: await readFile(`${root}/ready`, 'utf8')});
		}

		if (!existsSync(root)) {
			break;
		}

		await sleep(100);
	}

	throw new Error(`no Docker engine for the tests: ${await readFile(`${root}.log`, 'utf8').catch(() => '')}`);
};

/** Keeps an engine until it is told to end, or its owner is gone. */
const keep = async (root: string, owner: number | undefined): Promise<void> => {
	const end = new AbortController();
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => end.abort());
	}

	await mkdir(root, {recursive: true});
	if ((await readdir(root)).length > 0) {
		// It is removed at the end.
		throw new Error(`${root} is not empty`);
	}

	const dockerd = await startDockerd(path.resolve(root));
	try {
		await importImage(dockerd.engine, 'node:26-slim', nodeImage);
		await writeFile(`${root}/ready.new`, dockerd.host);
		await rename(`${root}/ready.new`, `${root}/ready`);
		process.stdout.write(`export DOCKER_HOST=${dockerd.host}\n`);
		while (!end.signal.aborted && (owner === undefined || (await readProcStat(owner)))) {
			await sleep(250, undefined, {signal: end.signal}).catch(() => undefined);
			if (existsSync(`${root}/crash`)) {
				await dockerd.crash();
				await rm(`${root}/crash`);
			}
		}
	} finally {
		await dockerd.stop();
	}

	await rm(`${root}.log`, {force: true});
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const {values} = parseArgs({options: {root: {type: 'string', default: '/tmp/dm-engine'}, owner: {type: 'string'}}});
	await keep(values.root, values.owner === undefined ? undefined : Number(values.owner));
}
