import {createServer, type IncomingHttpHeaders, request, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import test, {type ExecutionContext} from 'ava';
import {WebSocket, WebSocketServer} from 'ws';
import type {MeshDoor} from '../../src/admin/mesh-door.ts';
import {createMemoryMesh, serveMesh} from '../support/memory-mesh.ts';

interface Seen {
	readonly url: string | undefined;
	readonly headers: IncomingHttpHeaders;
}

const listen = async (t: ExecutionContext, server: Server): Promise<string> => {
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()));
	t.teardown(() => {
		server.close();
		server.closeAllConnections();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** A Grafana in little: tells what it was asked, sends about, and speaks WebSocket. */
const startTool = async (t: ExecutionContext): Promise<{readonly url: string; readonly seen: Seen[]}> => {
	const seen: Seen[] = [];
	const server = createServer((asked, response) => {
		seen.push({url: asked.url, headers: asked.headers});
		if (asked.url === '/grafana/old') {
			response.writeHead(302, {location: `${url}/grafana/new?a=1`}).end();
		} else if (asked.url === '/grafana/relative') {
			response.writeHead(302, {location: '/grafana/new'}).end();
		} else if (asked.url === '/grafana/break') {
			asked.socket.destroy();
		} else {
			response.writeHead(200, {'content-type': 'text/html'});
			asked.pipe(response);
		}
	});
	const url = await listen(t, server);
	new WebSocketServer({server}).on('connection', (socket, asked) => {
		seen.push({url: asked.url, headers: asked.headers});
		socket.on('message', data => socket.send(`heard ${data}`));
	});
	return {url, seen};
};

const serve = async (t: ExecutionContext, pagesOf: MeshDoor['pagesOf']) => {
	const {api, token} = await serveMesh(t, {...createMemoryMesh().door, pagesOf});
	return {url: api.url, host: new URL(api.url).host, token};
};

const ask = (url: string, headers: Record<string, string> = {}) =>
	new Promise<{status: number | undefined; headers: IncomingHttpHeaders; body: string}>((resolve, reject) => {
		request(url, {headers}, async response =>
			resolve({status: response.statusCode, headers: response.headers, body: await text(response)}),
		)
			.once('error', reject)
			.end();
	});

test('a page comes from its tool, which sees the address that the browser asked for, and not the token of the API', async t => {
	const tool = await startTool(t);
	const {url, host, token} = await serve(t, () => ({url: tool.url}));
	const reply = await fetch(`${url}/grafana/d/mesh?x=1`, {
		method: 'POST',
		headers: {authorization: `Bearer ${token}`, origin: url},
		body: 'as it is',
	});
	t.is(reply.status, 200);
	t.is(await reply.text(), 'as it is');
	const [{url: path, headers} = {url: undefined, headers: {}}] = tool.seen;
	t.is(path, '/grafana/d/mesh?x=1');
	t.is(headers.host, host);
	t.is(headers['x-forwarded-host'], host);
	t.is(headers.authorization, undefined);
});

test('redirects lead back to the address of the API, also those in which the tool names its own', async t => {
	const tool = await startTool(t);
	const {url} = await serve(t, () => ({url: tool.url}));
	t.is((await ask(`${url}/grafana/old`)).headers.location, `${url}/grafana/new?a=1`);
	t.is((await ask(`${url}/grafana/relative`)).headers.location, `${url}/grafana/new`);
});

test('a WebSocket goes through in both directions, and ends with the API', async t => {
	const tool = await startTool(t);
	const {api} = await serveMesh(t, {...createMemoryMesh().door, pagesOf: () => ({url: tool.url})});
	const socket = new WebSocket(`${api.url.replace('http', 'ws')}/grafana/api/live/ws`, {origin: api.url});
	await new Promise(resolve => socket.once('open', resolve));
	const answer = new Promise(resolve => socket.once('message', data => resolve(String(data))));
	socket.send('hello');
	t.is(await answer, 'heard hello');
	t.is(tool.seen[0]?.url, '/grafana/api/live/ws');
	const closed = new Promise(resolve => socket.once('close', resolve));
	await api.stop();
	await closed;
});

test('rebound names and foreign pages are refused before a tool hears of them, WebSockets too', async t => {
	const tool = await startTool(t);
	const {url} = await serve(t, () => ({url: tool.url}));
	t.is((await ask(`${url}/grafana/`, {host: 'evil.example'})).status, 403);
	const foreign = await ask(`${url}/grafana/`, {origin: 'http://evil.example'});
	t.is(foreign.status, 403);
	t.regex(foreign.body, /DM6003/);
	for (const headers of [{origin: 'http://evil.example'}, {origin: url, host: 'evil.example'}]) {
		const socket = new WebSocket(`${url.replace('http', 'ws')}/grafana/api/live/ws`, {headers});
		const error = await new Promise<Error>(resolve => socket.once('error', resolve));
		t.regex(error.message, /403/);
	}

	t.deepEqual(tool.seen, []);
});

test('a tool that is not there is told with why, and one that breaks off too; the API goes on', async t => {
	const tool = await startTool(t);
	const {url, token} = await serve(t, name =>
		name === 'grafana' ? {url: tool.url} : {problem: 'jaeger is not on the PATH'},
	);
	const missing = await ask(`${url}/jaeger/search`);
	t.is(missing.status, 503);
	t.is(missing.body, 'jaeger has no pages: jaeger is not on the PATH\n');
	const broken = await ask(`${url}/grafana/break`);
	t.is(broken.status, 502);
	t.regex(broken.body, /the tool does not answer/);
	t.is((await ask(`${url}/api/v1/status`, {authorization: `Bearer ${token}`})).status, 200);
	t.is((await ask(`${url}/grafanas`)).status, 401);
});
