// The program of the sidecar in a container, one process and one proxy: `node pod.js <bootstrap.json>`.
import process from 'node:process';
import {systemClock} from '../common/clock.ts';
import {askApp} from '../runtime/ask-app.ts';
import {appAddresses} from './app-addresses.ts';
import {startProxyProcess} from './proxy-process.ts';
import {runInProcess} from './run-in-process.ts';
import {runProgram} from './run-program.ts';

// As of sysexits.h: try again.
const startAgain = 75;

await runProgram('sidecar', ({bootstrap, lines, log}) =>
	startProxyProcess({
		bootstrap,
		pid: process.pid,
		runSidecar: runInProcess({clock: systemClock, lines, exit: () => process.exit(startAgain)}),
		askApp: ({port, path}, timeoutMs) =>
			askApp({port, ...(path !== undefined && {path}), addresses: appAddresses(), timeoutMs, clock: systemClock}),
		log,
	}),
);
