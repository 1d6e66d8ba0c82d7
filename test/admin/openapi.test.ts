import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {openApi} from '../../scripts/open-api.ts';
import {createApi} from '../../src/admin/create-api.ts';
import {operations} from '../../src/admin/operations.ts';
import {requestQuery} from '../../src/admin/telemetry-routes.ts';
import {systemClock} from '../../src/common/clock.ts';
import {silentLog} from '../../src/common/log.ts';
import {createMemoryMesh, serveMesh} from '../support/memory-mesh.ts';
import {repository} from '../support/user.ts';

const published = (): Promise<string> => readFile(path.join(repository, 'schema', 'openapi.json'), 'utf8');

test('the published description is what the code says; if not, run node scripts/write-openapi.ts', async t => {
	t.is(await published(), await openApi());
});

test('every operation of the API is described, and no other', t => {
	const {signal} = new AbortController();
	const app = createApi({
		mesh: createMemoryMesh().door,
		token: 'token',
		port: 1,
		openApi: '{}',
		clock: systemClock,
		log: silentLog,
		ending: signal,
	});
	const served = app.routes
		.filter(({method}) => method !== 'ALL')
		.map(({method, path: place}) => `${method} ${place.replace(/:(\w+)/g, '{$1}')}`);
	t.deepEqual(
		[...new Set(served)].sort(),
		operations.map(({method, path: place}) => `${method.toUpperCase()} /api/v1${place}`).sort(),
	);
});

test('the query of the list of requests is described as it is checked', t => {
	const described = operations.find(({id}) => id === 'listRequests')?.query ?? {};
	t.deepEqual(Object.keys(described).sort(), Object.keys(requestQuery.shape).sort());
});

test('whoever has the token reads the description from the mesh itself', async t => {
	const {api, token} = await serveMesh(t, createMemoryMesh().door);
	const response = await fetch(`${api.url}/api/v1/openapi.json`, {headers: {authorization: `Bearer ${token}`}});
	t.is(response.headers.get('content-type'), 'application/json');
	t.is(await response.text(), await published());
});

test('an unknown query is refused with what there is', async t => {
	const {api, token} = await serveMesh(t, createMemoryMesh().door);
	for (const query of [
		'status=abc',
		'limit=0',
		'limit=10001',
		'after=-1',
		'direction=up',
		'failed=perhaps',
		'nothing=1',
	]) {
		const response = await fetch(`${api.url}/api/v1/requests?${query}`, {headers: {authorization: `Bearer ${token}`}});
		t.is(response.status, 400, query);
		t.like(await response.json(), {code: 'DM6025'});
	}
});
