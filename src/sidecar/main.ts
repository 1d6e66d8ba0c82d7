// The program of a proxy process, which runs the sidecars of local processes in a thread each: `node main.js <bootstrap.json>`.
import process from 'node:process';
import {systemClock} from '../common/clock.ts';
import {entryPoint} from '../common/entry-point.ts';
import type {ProxyBootstrap} from '../model/proxy-bootstrap.ts';
import {startProxyProcess} from './proxy-process.ts';
import {runProgram} from './run-program.ts';
import {runInThread} from './supervised-worker.ts';
import {createWayBackKeeper} from './way-back.ts';

await runProgram<ProxyBootstrap>('proxy', async ({bootstrap, log}) => {
	const wayBack = createWayBackKeeper(systemClock);
	const proxy = await startProxyProcess({
		bootstrap,
		pid: process.pid,
		runSidecar: runInThread(entryPoint(import.meta.url, './worker'), process.pid, systemClock),
		// Local processes are asked by the runtime itself.
		askApp: async () => 'there is no container here',
		onWayBack: wayBack.take,
		log,
	});
	// It carries requests of others: it stays until the sidecars have drained.
	void proxy.done.then(wayBack.close);
	return proxy;
});
