import test from 'ava';
import {serveMetrics} from '../../src/admin/serve-metrics.ts';

const token = 'the-token-of-this-test';

const ask = (port: number, path = '/metrics', shown = token): Promise<Response> =>
	fetch(`http://127.0.0.1:${port}${path}`, {headers: {authorization: `Bearer ${shown}`}});

test('who shows the token reads the metrics, and nothing else', async t => {
	const server = await serveMetrics({port: 0, token, read: async () => 'up 1\n'});
	t.teardown(server.stop);
	const reply = await ask(server.port);
	t.is(await reply.text(), 'up 1\n');
	t.regex(reply.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
	t.is((await ask(server.port, '/metrics', 'another')).status, 401);
	t.is((await ask(server.port, '/api/v1/status')).status, 404);
});

test('metrics that cannot be read are an answer, however they fail, and the next are read', async t => {
	const fail = (): never => {
		throw new ReferenceError('not there yet');
	};
	const reads = [fail, () => Promise.reject(new Error('broken')), async () => 'up 1\n'];
	const server = await serveMetrics({port: 0, token, read: () => (reads.shift() ?? fail)()});
	t.teardown(server.stop);
	t.is((await ask(server.port)).status, 500);
	t.is((await ask(server.port)).status, 500);
	t.is((await ask(server.port)).status, 200);
});
