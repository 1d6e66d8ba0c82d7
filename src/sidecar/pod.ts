// The program of the sidecar in a container, one process and one proxy: `node pod.js <bootstrap.json>`.
import process from 'node:process';
import {systemClock} from '../common/clock.ts';
import {askApp} from '../runtime/ask-app.ts';
import {appAddresses} from './app-addresses.ts';
import {openBridge} from './bridge.ts';
import {startProxyProcess} from './proxy-process.ts';
import {runInProcess} from './run-in-process.ts';
import {runProgram} from './run-program.ts';

// As of sysexits.h: try again.
const startAgain = 75;

await runProgram('sidecar', async ({bootstrap, lines, log}) => {
	const bridge = bootstrap.bridge && (await openBridge({bridge: bootstrap.bridge, bootstrap, clock: systemClock, log}));
	const sidecar = await startProxyProcess({
		bootstrap,
		pid: process.pid,
		runSidecar: runInProcess({clock: systemClock, lines, exit: () => process.exit(startAgain)}),
		askApp: ({port, path}, timeoutMs) =>
			askApp({port, ...(path !== undefined && {path}), addresses: appAddresses(), timeoutMs, clock: systemClock}),
		onIdentity: (certificate, trustedRoots) => bridge?.replaceCertificate(certificate, trustedRoots),
		log,
	}).catch((error: unknown) => {
		bridge?.close();
		throw error;
	});
	// The bridge carries requests of others: it stays until the sidecar has drained.
	void sidecar.done.then(() => bridge?.close());
	return sidecar;
});
