// The program of a control plane: `node control-plane.js <config file> <state root>`, started by `devmesh up`.
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {systemClock} from '../common/clock.ts';
import {entryPoint} from '../common/entry-point.ts';
import {createLog} from '../common/log.ts';
import {runControlPlane} from '../mesh/run-control-plane.ts';
import {meshIdOf, stateFolderOf} from '../mesh/state-folder.ts';
import {writeEnd} from './control-plane-end.ts';

const [, , configFile, stateRoot] = process.argv;
if (!configFile || !stateRoot) {
	throw new Error('usage: node control-plane.js <config file> <state root>');
}

const log = createLog(line => process.stdout.write(line), systemClock, {process: 'control-plane'});
try {
	await runControlPlane(
		{
			configFile,
			state: stateFolderOf(stateRoot, meshIdOf(configFile)),
			userAuthorityFolder: path.join(stateRoot, 'ca'),
			environment: process.env,
			proxyProgram: entryPoint(import.meta.url, '../sidecar/main'),
			proxyDockerfile: fileURLToPath(new URL('../../templates/docker/Dockerfile', import.meta.url)),
			openApiFile: fileURLToPath(new URL('../../schema/openapi.json', import.meta.url)),
			pid: process.pid,
			clock: systemClock,
			log,
		},
		down => {
			// The end of the session: nothing is left behind.
			for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
				process.on(signal, down);
			}
		},
	);
} catch (error) {
	writeEnd(log, error);
	process.exitCode = 1;
}
