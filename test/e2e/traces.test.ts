import test from 'ava';
import {startBookinfo} from '../support/bookinfo.ts';
import {type ReceivedSpan, receiveJaeger, receiveOtlp} from '../support/span-receiver.ts';

/** `parent > child`, by whose proxy and what. */
const tree = (spans: readonly ReceivedSpan[]): readonly string[] => {
	const name = ({tags, service}: ReceivedSpan): string => {
		const attempt = tags['devmesh.attempt'];
		if (attempt !== undefined) {
			return `${service} attempt ${attempt}`;
		}

		return `${service} ${String(tags['upstream_cluster']).replace('||', ' ')}`;
	};

	return spans
		.map(span => {
			const above = spans.find(({spanId}) => spanId === span.parentSpanId);
			return `${above ? name(above) : (span.parentSpanId ?? 'root')} > ${name(span)}`;
		})
		.sort();
};

const whole: readonly string[] = [
	'root > gateway outbound productpage',
	'gateway attempt 1 > productpage inbound productpage',
	'gateway outbound productpage > gateway attempt 1',
	'productpage attempt 1 > details inbound details',
	'productpage attempt 1 > reviews inbound reviews',
	'productpage inbound productpage > productpage outbound details',
	'productpage inbound productpage > productpage outbound reviews',
	'productpage outbound details > productpage attempt 1',
	'productpage outbound reviews > productpage attempt 1',
	'reviews attempt 1 > ratings inbound ratings',
	'reviews inbound reviews > reviews outbound ratings',
	'reviews outbound ratings > reviews attempt 1',
];

const ask = async (port: number): Promise<number> =>
	(await fetch(`http://127.0.0.1:${port}/productpage`, {headers: {'end-user': 'jason'}})).status;

for (const [kind, receive, observability, request] of [
	[
		'Jaeger',
		receiveJaeger,
		(port: number) => `{ jaeger: { url: "http://127.0.0.1:${port}/api/traces" } }`,
		'POST /api/traces application/x-thrift',
	],
	[
		'OTLP',
		receiveOtlp,
		(port: number) => `{ otlp: "http://127.0.0.1:${port}" }`,
		'POST /v1/traces application/x-protobuf',
	],
] as const) {
	test.serial(`a request through four services is one tree of spans: ${kind}`, async t => {
		const receiver = await receive(t);
		const mesh = await startBookinfo(t, {kind: 'processes'}, text =>
			text
				.replace(/^faults:.*?\n\n/ms, '')
				.replace(/- host: bookinfo\.localhost/, '- host: "127.0.0.1"')
				.concat(`observability: ${observability(receiver.port)}\n`),
		);
		t.is(await ask(await mesh.httpPort()), 200);
		const spans = await receiver.trace(trace => trace.length >= whole.length);
		t.deepEqual(tree(spans), [...whole].sort());
		t.true(
			receiver.requests().every(line => line.startsWith(request)),
			receiver.requests()[0],
		);

		const inbound = spans.find(({service, tags}) => service === 'ratings' && tags['http.url'] !== undefined);
		t.like(inbound?.tags, {
			component: 'proxy',
			node_id: 'ratings-1',
			'http.method': 'GET',
			'http.status_code': 200,
			response_flags: '-',
			'istio.canonical_service': 'ratings',
		});
		for (const span of spans) {
			const above = spans.find(({spanId}) => spanId === span.parentSpanId);
			// Threads read the wall clock for themselves, each up to a millisecond behind.
			t.true(!above || span.startMicros >= above.startMicros - 1500, `${span.name} begins before its cause`);
		}
	});
}

test.serial('attempts that failed are in the tree, and so is the fault that made them fail', async t => {
	const receiver = await receiveJaeger(t);
	const mesh = await startBookinfo(t, {kind: 'processes'}, text =>
		text
			.replace(
				/^faults:.*?\n\n/ms,
				'faults:\n  - { to: reviews, match: [{ headers: { x-fault: { exact: "1" } } }], abort: { status: 503 } }\n\n',
			)
			.concat(`observability: { jaeger: { url: "http://127.0.0.1:${receiver.port}/api/traces" } }\n`),
	);
	const url = `${await mesh.urlOf('reviews')}/reviews/1`;
	t.is((await fetch(url, {headers: {'x-fault': '1'}})).status, 503);
	const spans = await receiver.trace(trace => trace.filter(({service}) => service === 'host').length === 4);
	t.deepEqual(tree(spans), [
		'host outbound reviews > host attempt 1',
		'host outbound reviews > host attempt 2',
		'host outbound reviews > host attempt 3',
		'root > host outbound reviews',
	]);
	const attempts = spans.filter(({tags}) => tags['devmesh.attempt'] !== undefined);
	t.deepEqual(
		attempts.map(({tags}) => [tags['devmesh.faults'], tags['http.status_code'], tags['error']]),
		attempts.map(() => ['faults[0]', 503, true]),
	);
	const hop = spans.find(({tags}) => tags['devmesh.attempt'] === undefined);
	t.like(hop?.tags, {response_flags: 'FI,URX', error: true, 'devmesh.attempts': 3});
});
