import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import test from 'ava';
import {operations} from '../../src/admin/operations.ts';
import type {ApiAddress} from '../../src/model/api.ts';
import type {FaultStatus, ServiceStatus} from '../../src/model/mesh-status.ts';
import type {RequestList} from '../../src/model/request-summary.ts';
import {generateClient} from '../support/generated-client.ts';
import {createProject} from '../support/project.ts';
import {createUser, readJson, repository} from '../support/user.ts';

const files = {
	'mesh.config.yaml':
		'services:\n  web: { port: 80, command: node app.mjs, dependsOn: [api] }\n  api: { port: 80, command: node app.mjs }\n',
	'app.mjs': `import {createServer} from 'node:http';
createServer((request, response) => response.end('ok')).listen(process.env.PORT, '127.0.0.1');\n`,
};

/** Checks values against the shapes of the published description. */
const createChecker = async () => {
	const description = JSON.parse(await readFile(path.join(repository, 'schema', 'openapi.json'), 'utf8')) as object;
	const ajv = new Ajv2020({strict: false, validateFormats: false});
	ajv.addSchema(description, 'openapi.json');
	return (id: string, value: unknown): readonly string[] => {
		const answer = operations.find(operation => operation.id === id)?.answer;
		if (answer?.kind !== 'json') {
			return [];
		}

		const reference = {$ref: `openapi.json#/components/schemas/${answer.type}`};
		ajv.validate(answer.isList ? {type: 'array', items: reference} : reference, value);
		return (ajv.errors ?? []).map(({instancePath, message}) => `${id}${instancePath} ${message}`);
	};
};

test('a client that was generated from the description can do everything, and every answer has the shape that it promises', async t => {
	const folder = await createProject(t, files);
	const user = await createUser(t, folder);
	const up = await user.devmesh('up', '-d');
	t.is(up.code, 0, up.stdout + up.stderr);
	const [mesh = ''] = (await readdir(user.home)).filter(name => name !== 'ca');
	const address = await readJson<ApiAddress>(path.join(user.home, mesh, 'api.json'));
	const client = await generateClient(await createProject(t, {}), address);
	const check = await createChecker();
	const asked = new Set<string>();
	const ask = async <Data>(id: string, ...args: readonly unknown[]): Promise<Data> => {
		asked.add(id);
		const {data} = (await client[id]?.(...args)) ?? {};
		t.deepEqual(check(id, data), []);
		return data as Data;
	};

	const services = await ask<readonly ServiceStatus[]>('listServices');
	t.deepEqual(
		services.map(({service}) => service),
		['web', 'api'],
	);
	await (await fetch(`${services[1]?.hostUrl}/`, {method: 'POST', body: 'x'})).text();
	const {requests, newest} = await ask<RequestList>('listRequests', {to: 'api', direction: 'outbound'});
	t.is(requests.length, 1);
	t.true(newest >= 2);
	t.deepEqual((await ask<RequestList>('listRequests', {after: newest})).requests, []);
	await ask('getTrace', requests[0]?.traceId);
	await ask('getService', 'api');
	t.like(await ask<object>('getConfig'), {file: path.join(folder, 'mesh.config.yaml')});
	for (const id of [
		'getDescription',
		'getStatus',
		'listRevisions',
		'listEndpoints',
		'listRoutes',
		'listCertificates',
	]) {
		await ask(id);
	}

	const fault = await ask<FaultStatus>('addFault', {to: 'api', abort: {status: 503}, for: '1h'});
	t.is((await fetch(`${services[1]?.hostUrl}/`)).status, 503);
	const renewed = await ask<FaultStatus>('renewFault', fault.id);
	t.true(Date.parse(renewed.until ?? '') >= Date.parse(fault.until ?? ''));
	t.is((await ask<readonly FaultStatus[]>('listFaults')).length, 1);
	t.deepEqual(await ask('clearFault', fault.id), {removed: 1});
	t.deepEqual(await ask('clearFaults'), {removed: 0});
	t.is((await fetch(`${services[1]?.hostUrl}/`)).status, 200);
	await ask('plan');
	await ask('reload');
	await ask('restartService', 'api');
	await ask('restartSidecar', 'api-1', {format: 'text'});
	t.regex(String(await ask('getMetrics', {format: 'text'})), /^istio_requests_total/m);
	// Streams are read by those who know them: their heads are what a generated client sees.
	const heads = await Promise.all(
		['/events', '/logs?lines=1'].map(place =>
			fetch(`${address.url}/api/v1${place}`, {headers: {authorization: `Bearer ${address.token}`}}),
		),
	);
	t.deepEqual(
		heads.map(head => head.headers.get('content-type')?.split(';')[0]),
		['text/event-stream', 'application/x-ndjson'],
	);
	await Promise.all(heads.map(head => head.body?.cancel()));
	await ask('bringDown', {format: 'text'});
	t.deepEqual(
		operations.map(({id}) => id).filter(id => !asked.has(id)),
		['streamEvents', 'streamLogs'],
	);
});
