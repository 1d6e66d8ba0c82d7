// The program of a control plane: `node control-plane.js <config file> <state root> [--lifeline]`, started by `devmesh up` and by the fixture.
import {rm} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {systemClock} from '../common/clock.ts';
import {entryPoint} from '../common/entry-point.ts';
import {createLog} from '../common/log.ts';
import {writeEnd} from '../mesh/launch/control-plane-end.ts';
import {lifelineFlag, readLifeline} from '../mesh/launch/lifeline.ts';
import {runControlPlane} from '../mesh/run-control-plane.ts';
import {meshIdOf, stateFolderOf} from '../mesh/state-folder.ts';

const [, , configFile, stateRoot, option] = process.argv;
if (!configFile || !stateRoot) {
	throw new Error('usage: node control-plane.js <config file> <state root>');
}

const log = createLog(line => process.stdout.write(line), systemClock, {process: 'control-plane'});
const lifeline = option === lifelineFlag ? await readLifeline(process.stdin) : undefined;
try {
	await runControlPlane(
		{
			configFile,
			state: stateFolderOf(stateRoot, meshIdOf(configFile)),
			userAuthorityFolder: path.join(stateRoot, 'ca'),
			environment: {...process.env, ...lifeline?.variables},
			proxyProgram: entryPoint(import.meta.url, '../sidecar/main'),
			templates: fileURLToPath(new URL('../../templates', import.meta.url)),
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

			void lifeline?.cut.then(down);
		},
	);
} catch (error) {
	writeEnd(log, error);
	process.exitCode = 1;
}

// Held until here: the end of it would say that there is nothing to wait for any more.
process.stdin.destroy();
// Why it could not go on is yet to be read by whoever started it.
if (lifeline?.isTemporary && process.exitCode === undefined) {
	process.chdir(path.dirname(stateRoot));
	await rm(stateRoot, {recursive: true, force: true});
}
