// The program of a sidecar in a container, one process and one proxy: `node pod.js <bootstrap.json>`. In the gateway's container it is the bridge, too.
import process from 'node:process';
import {systemClock} from '../common/clock.ts';
import type {ProxyBootstrap, StandaloneBootstrap} from '../model/proxy-bootstrap.ts';
import {askApp} from '../runtime/ask-app.ts';
import {appAddresses} from './app-addresses.ts';
import {openBridge} from './bridge.ts';
import {type ProxyProcess, type ProxyProcessParts, startProxyProcess} from './proxy-process.ts';
import {runInProcess} from './run-in-process.ts';
import {type ProgramTools, runProgram} from './run-program.ts';
import {serveAlone} from './serve-alone.ts';

// As of sysexits.h: try again.
const startAgain = 75;

const askHere: ProxyProcessParts['askApp'] = ({port, path, address}, timeoutMs) =>
	askApp({
		port,
		...(path !== undefined && {path}),
		addresses: address === undefined ? appAddresses() : [address],
		timeoutMs,
		clock: systemClock,
	});

const obeyControlPlane = async ({
	bootstrap,
	runSidecar,
	log,
}: Pick<ProgramTools<ProxyBootstrap>, 'bootstrap' | 'log'> &
	Pick<ProxyProcessParts, 'runSidecar'>): Promise<ProxyProcess> => {
	const bridge = bootstrap.bridge && (await openBridge({bridge: bootstrap.bridge, bootstrap, clock: systemClock, log}));
	const sidecar = await startProxyProcess({
		bootstrap,
		pid: process.pid,
		runSidecar,
		askApp: askHere,
		onIdentity: (certificate, trustedRoots) => bridge?.replaceCertificate(certificate, trustedRoots),
		log,
	}).catch((error: unknown) => {
		bridge?.close();
		throw error;
	});
	// The bridge carries requests of others: it stays until the sidecar has drained.
	void sidecar.done.then(() => bridge?.close());
	return sidecar;
};

await runProgram<ProxyBootstrap | StandaloneBootstrap>('sidecar', ({bootstrap, lines, log}) => {
	const runSidecar = runInProcess({clock: systemClock, lines, exit: () => process.exit(startAgain)});
	return 'snapshot' in bootstrap
		? serveAlone({bootstrap, runSidecar, askApp: askHere, clock: systemClock, log})
		: obeyControlPlane({bootstrap, runSidecar, log});
});
