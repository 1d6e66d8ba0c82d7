import test from 'ava';
import {ms} from '../../src/common/units.ts';
import {recordSpans} from '../../src/control/spans/record-spans.ts';
import {defaultRetry} from '../../src/filters/retry.ts';
import type {MeshSpan} from '../../src/model/mesh-span.ts';
import {meshConfig, workload} from '../support/mesh-config.ts';
import {createScene, freePort, type Scene, startApp} from '../support/scene.ts';

const shop = meshConfig({services: [workload('web'), workload('api')]});
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = '00f067aa0ba902b7';

/** Asks until every hop has been told of, as many as are expected. */
const spansOf = async (scene: Scene, hops: number): Promise<readonly MeshSpan[]> => {
	for (let found = 0; found < hops; found++) {
		await scene.logged(({status}) => status > 0);
	}

	const records = [];
	while (records.length < hops) {
		await new Promise(resolve => setImmediate(resolve));
		records.push(...[...scene.proxies.values()].flatMap(proxy => proxy.takeRecords()));
	}

	return records.flatMap(recordSpans);
};

/** `service kind` and its parent's. */
const edges = (spans: readonly MeshSpan[]): readonly string[] => {
	const name = ({service, kind, tags}: MeshSpan): string =>
		tags['devmesh.attempt'] === undefined ? `${service} ${kind}` : `${service} attempt ${tags['devmesh.attempt']}`;
	return spans
		.map(span => {
			const above = spans.find(({spanId}) => spanId === span.parentSpanId);
			return `${above ? name(above) : (span.parentSpanId ?? 'root')} > ${name(span)}`;
		})
		.sort();
};

test('a call is one tree: the way out, its attempt, the way in; and the app is told of the way in', async t => {
	let told: string | undefined;
	const api = await startApp(t, (request, response) => {
		told = String(request.headers['traceparent']);
		response.end('ok');
	});
	const scene = await createScene(t, shop, {apps: {'api-1': api}});
	await (await fetch(scene.url('web-1', 'api'))).text();
	const spans = await spansOf(scene, 2);
	t.deepEqual(edges(spans), ['root > web client', 'web attempt 1 > api server', 'web client > web attempt 1']);
	t.is(new Set(spans.map(span => span.traceId)).size, 1);
	const inbound = spans.find(({kind}) => kind === 'server');
	t.is(told, `00-${inbound?.traceId}-${inbound?.spanId}-01`);
	for (const span of spans) {
		const above = spans.find(({spanId}) => spanId === span.parentSpanId) ?? span;
		// Two proxies in one process read one clock; half a millisecond is for the fractions of the wall clock.
		t.true(span.startMs >= above.startMs - 0.5, `${span.startMs} ${above.startMs}`);
		t.true(span.endMs >= span.startMs);
	}
});

for (const [title, headers, expected] of [
	['W3C', {traceparent: `00-${traceId}-${parent}-01`}, true],
	['B3', {b3: `${traceId}-${parent}-1`}, true],
	['W3C that is not sampled', {traceparent: `00-${traceId}-${parent}-00`}, false],
] as const) {
	test(`a caller's own trace goes on: ${title}`, async t => {
		let told: Record<string, unknown> = {};
		const api = await startApp(t, (request, response) => {
			told = request.headers;
			response.end('ok');
		});
		const scene = await createScene(t, shop, {apps: {'api-1': api}});
		await (await fetch(scene.url('web-1', 'api'), {headers})).text();
		t.true(String(told['traceparent']).startsWith(`00-${traceId}-`));
		t.is(told['x-b3-traceid'], traceId);
		t.is(told['x-b3-sampled'], expected ? '1' : '0');
		if (expected) {
			const spans = await spansOf(scene, 2);
			t.true(edges(spans).includes(`${parent} > web client`), edges(spans).join('\n'));
		} else {
			await scene.logged(({direction}) => direction === 'outbound');
			t.deepEqual(
				[...scene.proxies.values()].flatMap(proxy => proxy.takeRecords()),
				[],
			);
		}
	});
}

test('every attempt has its span, with why it failed', async t => {
	let asked = 0;
	const api = await startApp(t, (_request, response) => {
		asked++;
		response.statusCode = asked === 1 ? 503 : 200;
		response.end('ok');
	});
	const place = {file: 'mesh.config.yaml', line: 1, column: 1};
	const config = {
		...shop,
		routes: [
			{
				name: 'api[0]',
				to: 'api',
				matches: [],
				backends: [{service: 'api', weight: 1}],
				filters: [{...defaultRetry, statuses: [503], backoffBaseMs: ms(1)}],
				place,
			},
		],
	};
	const scene = await createScene(t, config, {apps: {'api-1': api}});
	t.is((await fetch(scene.url('web-1', 'api'))).status, 200);
	const spans = await spansOf(scene, 3);
	t.deepEqual(edges(spans), [
		'root > web client',
		'web attempt 1 > api server',
		'web attempt 2 > api server',
		'web client > web attempt 1',
		'web client > web attempt 2',
	]);
	const attempts = spans.filter(({tags}) => tags['devmesh.attempt'] !== undefined);
	t.deepEqual(
		attempts.map(({isError, tags}) => [isError, tags['http.status_code']]),
		[
			[true, 503],
			[false, 200],
		],
	);
});

test('without an access log, of requests that are not sampled those that failed are told of all the same', async t => {
	const api = await startApp(t, ({url}, response) => {
		response.statusCode = url === '/broken' ? 500 : 200;
		response.end();
	});
	const scene = await createScene(
		t,
		{...shop, observability: {...shop.observability, accessLog: 'off'}},
		{apps: {'api-1': api}},
	);
	const headers = {traceparent: `00-${traceId}-${parent}-00`};
	for (const path of ['/fine', '/broken', '/fine', '/broken']) {
		await (await fetch(scene.url('web-1', 'api') + path, {headers})).text();
	}

	const records: string[] = [];
	while (records.length < 4) {
		await new Promise(resolve => setImmediate(resolve));
		const taken = [...scene.proxies.values()].flatMap(proxy => proxy.takeRecords());
		records.push(...taken.map(({direction, path}) => `${direction} ${path}`));
	}

	t.deepEqual(records.sort(), ['inbound /broken', 'inbound /broken', 'outbound /broken', 'outbound /broken']);
	t.deepEqual(scene.log, []);
});

test('an attempt that reached nobody says so, and the span of the whole is an error', async t => {
	const scene = await createScene(t, shop, {apps: {'api-1': await freePort()}});
	t.is((await fetch(scene.url('web-1', 'api'))).status, 503);
	const spans = (await spansOf(scene, 1)).filter(({service}) => service === 'web');
	const last = spans.at(-1);
	t.true(spans[0]?.isError);
	t.is(spans[0]?.tags['response_flags'], 'UF,URX');
	t.regex(last?.problem ?? '', /\S/);
});

test('a fault shows in the span of its attempt', async t => {
	const place = {file: 'mesh.config.yaml', line: 1, column: 1};
	const api = await startApp(t, (_request, response) => response.end('ok'));
	const scene = await createScene(
		t,
		{
			...shop,
			faults: [{id: 'f1', to: 'api', matches: [], filters: [{kind: 'abort', status: 418, share: 1 as never}], place}],
		},
		{apps: {'api-1': api}},
	);
	t.is((await fetch(scene.url('web-1', 'api'))).status, 418);
	const spans = await spansOf(scene, 1);
	t.deepEqual(
		spans.map(({tags}) => tags['devmesh.faults']),
		['f1', 'f1'],
	);
});
