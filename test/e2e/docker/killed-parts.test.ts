import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {meshIdOf} from '../../../src/mesh/state-folder.ts';
import {type KillResult, killPart, type Part} from '../../support/kill-part.ts';
import {createBookinfo} from '../../support/project.ts';
import {startTestEngine} from '../../support/test-engine.ts';
import {createUser} from '../../support/user.ts';

interface Killed extends KillResult {
	/** When the app of details was started, before and after. */
	readonly appStarts: readonly [string, string];
}

const kill = async (t: ExecutionContext, part: Part): Promise<Killed> => {
	const engine = await startTestEngine();
	const folder = await createBookinfo(t);
	const configFile = path.join(folder, 'mesh.config.yaml');
	const user = await createUser(t, folder, {DOCKER_HOST: engine.host});
	const up = user.start('up', '--runtime', 'docker');
	await up.until(/is ready/);
	const startOfApp = () =>
		engine.run('inspect', `${meshIdOf(configFile)}-details-1`, '--format', '{{.State.StartedAt}}');
	const before = await startOfApp();
	const result = await killPart({user, configFile, up, engine, intervalMs: 4}, part, 1500);
	const killed = {...result, appStarts: [before, await startOfApp()] as const};
	t.log(killed);
	return killed;
};

test.serial('a killed sidecar is started again beside its app, whose start time stays', async t => {
	const {failures, requests, appsRestarted, appStarts} = await kill(t, 'sidecar');
	t.is(appStarts[0], appStarts[1]);
	t.is(appsRestarted, 0);
	t.true(failures < requests / 2, 'the mesh recovers within the run');
});

test.serial('a killed app is started again, alone', async t => {
	const {failures, requests, appsRestarted} = await kill(t, 'app');
	t.is(appsRestarted, 0);
	t.true(failures < requests / 2, 'the mesh recovers within the run');
});

test.serial('an instance whose namespace was killed is made anew, alone', async t => {
	const {failures, requests, appsRestarted, appStarts} = await kill(t, 'pause');
	t.not(appStarts[0], appStarts[1]);
	t.is(appsRestarted, 0);
	t.true(failures < requests / 2, 'the mesh recovers within the run');
});

test.serial('a killed gateway comes back at the same ports, and no app is restarted', async t => {
	const {failures, requests, appsRestarted, appStarts} = await kill(t, 'gateway');
	t.is(appStarts[0], appStarts[1]);
	t.is(appsRestarted, 0);
	t.true(failures < requests / 2, 'the mesh recovers within the run');
});

test.serial('a killed control plane costs no request and no app, and comes back by itself', async t => {
	const {failures, appsRestarted, appStarts} = await kill(t, 'control plane');
	t.is(failures, 0);
	t.is(appStarts[0], appStarts[1]);
	t.is(appsRestarted, 0);
});

test.serial('a mesh whose engine was killed and started again is whole again by itself', async t => {
	const {appStarts} = await kill(t, 'engine');
	t.not(appStarts[0], appStarts[1]);
});
