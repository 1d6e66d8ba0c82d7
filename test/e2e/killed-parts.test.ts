import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {killPart, type Part} from '../support/kill-part.ts';
import {createBookinfo} from '../support/project.ts';
import {createUser} from '../support/user.ts';

const kill = async (t: ExecutionContext, part: Part) => {
	const folder = await createBookinfo(t);
	const user = await createUser(t, folder);
	const up = user.start('up');
	await up.until(/is ready/);
	const result = await killPart({user, configFile: path.join(folder, 'mesh.config.yaml'), up}, part, 3000);
	t.log(result);
	return result;
};

test.serial('a killed control plane costs no request and no app, and comes back by itself', async t => {
	const {failures, appsRestarted} = await kill(t, 'control plane');
	t.is(failures, 0);
	t.is(appsRestarted, 0);
});

test.serial('a killed `up` command costs no request and no app', async t => {
	const {failures, appsRestarted} = await kill(t, 'up command');
	t.is(failures, 0);
	t.is(appsRestarted, 0);
});

test.serial('a killed sidecar is replaced on the same ports, and no app is restarted', async t => {
	const {failures, requests, appsRestarted} = await kill(t, 'worker');
	t.is(appsRestarted, 0);
	t.true(failures < requests / 2, 'the mesh recovers within the run');
});

test.serial('a killed proxy process comes back with the last rules, and no app is restarted', async t => {
	const {appsRestarted} = await kill(t, 'proxy process');
	t.is(appsRestarted, 0);
});

test.serial('a killed app is started again, alone', async t => {
	const {failures, requests, appsRestarted} = await kill(t, 'app');
	t.is(appsRestarted, 0);
	t.true(failures < requests / 2, 'the mesh recovers within the run');
});
