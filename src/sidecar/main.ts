// The program of a proxy process: `node main.js <bootstrap.json>`.
import {readFile} from 'node:fs/promises';
import process from 'node:process';
import {systemClock} from '../common/clock.ts';
import {entryPoint} from '../common/entry-point.ts';
import {createLog} from '../common/log.ts';
import type {ProxyBootstrap} from '../model/proxy-bootstrap.ts';
import {createLineWriter} from './line-writer.ts';
import {startProxyProcess} from './proxy-process.ts';

const drainMs = 2000;

const lines = createLineWriter(1, systemClock);
const log = createLog(lines.write, systemClock, {process: 'proxy'});
const [, , file] = process.argv;
if (!file) {
	throw new Error('usage: node main.js <bootstrap.json>');
}

try {
	const proxies = await startProxyProcess({
		bootstrap: JSON.parse(await readFile(file, 'utf8')) as ProxyBootstrap,
		workerProgram: entryPoint(import.meta.url, './worker'),
		pid: process.pid,
		clock: systemClock,
		log,
	});
	for (const signal of ['SIGTERM', 'SIGINT'] as const) {
		process.once(signal, () => void proxies.stop(drainMs));
	}

	await proxies.done;
} catch (error) {
	log.write('error', 'the proxy process could not start', {error: String(error)});
	process.exitCode = 1;
}

lines.flush();
