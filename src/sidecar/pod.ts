// The program of a sidecar in a container, one process and one proxy: `node pod.js <bootstrap.json>`. In the gateway's container it is the bridge, too.
import process from 'node:process';
import {systemClock} from '../common/clock.ts';
import {askApp} from '../runtime/ask-app.ts';
import {appAddresses} from './app-addresses.ts';
import {startBridge} from './bridge.ts';
import {startProxyProcess} from './proxy-process.ts';
import {runInProcess} from './run-in-process.ts';
import {runProgram} from './run-program.ts';

// As of sysexits.h: try again.
const startAgain = 75;

await runProgram('sidecar', async ({bootstrap, lines, log}) => {
	const bridge = bootstrap.bridge && (await startBridge(bootstrap.bridge, {clock: systemClock, log}));
	const started = await startProxyProcess({
		bootstrap,
		pid: process.pid,
		runSidecar: runInProcess({clock: systemClock, lines, exit: () => process.exit(startAgain)}),
		askApp: ({port, path}, timeoutMs) =>
			askApp({port, ...(path !== undefined && {path}), addresses: appAddresses(), timeoutMs, clock: systemClock}),
		log,
	});
	void started.done.then(() => bridge?.close());
	return started;
});
