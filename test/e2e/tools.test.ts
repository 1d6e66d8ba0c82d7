import {execFile} from 'node:child_process';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import type {ApiAddress} from '../../src/model/api.ts';
import type {MeshStatus} from '../../src/model/mesh-status.ts';
import type {ToolName} from '../../src/model/tool.ts';
import {processStartTime} from '../../src/runtime/process-start-time.ts';
import {dashboardQueries} from '../support/dashboards.ts';
import {createProject} from '../support/project.ts';
import {createUser, readJson, repository, type User} from '../support/user.ts';

const web = `
import {createServer} from 'node:http';
import {connect} from 'node:net';
createServer(async (request, response) => {
	const reply = await fetch(process.env.API_URL + request.url, {method: 'POST', body: 'four'});
	connect(Number(process.env.STORE_PORT), '127.0.0.1').end('said').resume();
	response.writeHead(reply.status).end(await reply.text());
}).listen(process.env.PORT, '127.0.0.1');
`;
const api = `
import {createServer} from 'node:http';
createServer((request, response) => {
	request.resume();
	response.writeHead(request.url.startsWith('/bad') ? 500 : 200).end('x'.repeat(300));
}).listen(process.env.PORT, '127.0.0.1');
`;
const store = `
import {createServer} from 'node:net';
createServer(socket => socket.pipe(socket)).listen(process.env.PORT, '127.0.0.1');
`;

const services = `
services:
  web: { port: 80, command: node web.mjs }
  api: { port: 80, versions: { v1: { command: node api.mjs }, v2: { command: node api.mjs } } }
  store: { port: 9000, protocol: tcp, command: node store.mjs }
faults:
  - { to: api, match: [{ path: { prefix: /faulty } }], abort: { status: 503 } }
`;

const createMesh = async (t: ExecutionContext, observability: string, environment = {}) => {
	const folder = await createProject(t, {
		'mesh.config.yaml': `${services}observability: ${observability}\n`,
		'web.mjs': web,
		'api.mjs': api,
		'store.mjs': store,
	});
	const user = await createUser(t, folder, environment);
	const up = await user.devmesh('up', '-d');
	t.is(up.code, 0, up.stdout + up.stderr);
	return {folder, user, output: up.stdout};
};

const stateOf = async (user: User): Promise<string> => {
	const [mesh = ''] = (await readdir(user.home)).filter(name => name !== 'ca');
	return path.join(user.home, mesh);
};

/** Asks until a tool is as wanted; nobody tells a command when it is. */
const until = async (user: User, tool: ToolName, state: string): Promise<string> => {
	for (;;) {
		const known = (await user.json<MeshStatus>('status')).tools.find(entry => entry.tool === tool);
		if ((known?.state ?? 'none') === state) {
			return known?.url ?? '';
		}

		await sleep(50);
	}
};

interface Answer {
	readonly data: {
		readonly result: readonly {readonly metric: Record<string, string>; readonly value: [number, string]}[];
	};
}

const ask = async (prometheus: string, query: string): Promise<Answer['data']['result']> => {
	const response = await fetch(`${prometheus}api/v1/query?${new URLSearchParams({query})}`);
	if (!response.ok) {
		throw new Error(`${query}: ${await response.text()}`);
	}

	return ((await response.json()) as Answer).data.result;
};

test('every query of every dashboard, and every recording rule, is answered by the Prometheus of the mesh, at the API’s own address', async t => {
	const {user} = await createMesh(t, '{ prometheus: true }');
	const prometheus = await until(user, 'prometheus', 'ready');
	const address = await readJson<ApiAddress>(path.join(await stateOf(user), 'api.json'));
	t.is(prometheus, `${address.url}/prometheus/`);
	const entry = (await user.json<MeshStatus>('status')).services.find(({service}) => service === 'web')?.hostUrl ?? '';

	const rules = await readFile(path.join(repository, 'templates/prometheus/recording-rules.yml'), 'utf8');
	const open = new Map([
		...(
			await dashboardQueries({
				service: 'web',
				source: 'web',
				destination: 'api',
				__rate_interval: '10s',
				__interval: '1m',
			})
		).map(({where, expression}) => [where + expression, expression] as const),
		...[...rules.matchAll(/record: (\S+)/g)].map(([, name = '']) => [name, name] as const),
	]);
	t.true(open.size > 60, `${open.size} queries`);
	// A change shows in the graphs, too.
	while ((await ask(prometheus, 'devmesh_revision')).length === 0) {
		await sleep(50);
	}

	t.is((await user.devmesh('fault', 'add', 'api', '--delay', '1ms')).code, 0);
	// Until each has a number under this traffic.
	const since = performance.now();
	while (open.size > 0 && performance.now() - since < 60_000) {
		await Promise.all(['/', '/', '/', '/bad', '/faulty'].map(async at => (await fetch(entry + at)).text()));
		await Promise.all(
			[...open].map(async ([where, expression]) => {
				if ((await ask(prometheus, expression)).some(({value}) => Number.isFinite(Number(value[1])))) {
					open.delete(where);
				}
			}),
		);
		await sleep(200);
	}

	t.deepEqual([...open], []);
	for (;;) {
		const response = await fetch(`${prometheus}api/v1/alerts`);
		const {data} = (await response.json()) as {data: {alerts: {labels: {alertname: string; destination?: string}}[]}};
		if (data.alerts.some(({labels}) => labels.alertname === 'FaultsInForce' && labels.destination === 'api')) {
			break;
		}

		await sleep(200);
	}

	t.pass();
});

test('Prometheus goes on while there is no control plane, the next one finds it at the same address, a save ends it, and down leaves nothing of it', async t => {
	const {user, folder} = await createMesh(t, '{ prometheus: true }');
	const before = await until(user, 'prometheus', 'ready');
	const state = await stateOf(user);
	const pidOf = async (): Promise<number | undefined> => {
		const {instances} = await readJson<{instances: {instance: {id: string}; pid: number}[]}>(
			path.join(state, 'processes.json'),
		);
		return instances.find(({instance}) => instance.id === 'prometheus')?.pid;
	};

	const pid = await pidOf();
	process.kill((await readJson<ApiAddress>(path.join(state, 'api.json'))).pid, 'SIGKILL');
	t.is((await user.devmesh('up', '-d')).code, 0);
	t.is(await until(user, 'prometheus', 'ready'), before);
	t.is(await pidOf(), pid);
	t.true((await fetch(`${before}-/ready`)).ok);
	t.false((await user.devmesh('plan')).stdout.includes('prometheus'));
	t.is((await user.devmesh('logs', 'prometheus')).code, 0);

	await writeFile(path.join(folder, 'mesh.config.yaml'), services);
	await until(user, 'prometheus', 'none');
	t.is(await processStartTime(pid ?? 0), undefined);
	const gone = await fetch(before);
	t.is(gone.status, 503);
	t.regex(await gone.text(), /prometheus has no pages: the config does not ask for it/);

	await writeFile(path.join(folder, 'mesh.config.yaml'), `${services}observability: { prometheus: true }\n`);
	t.is(await until(user, 'prometheus', 'ready'), before);
	const last = await pidOf();
	t.is((await user.devmesh('down')).code, 0);
	t.is(await processStartTime(last ?? 0), undefined);
	t.deepEqual(await readdir(state), ['ports.json']);
});

test('only who has the token of the metrics reads them, and reads nothing else', async t => {
	const {user} = await createMesh(t, '{ prometheus: true }');
	await until(user, 'prometheus', 'ready');
	const state = await stateOf(user);
	const {token} = await readJson<{token: string}>(path.join(state, 'metrics-token.json'));
	const [{targets}] = await readJson<[{targets: [string]}]>(path.join(state, 'tools/prometheus/targets.json'));
	const status = async (at: string, authorization: string): Promise<number> =>
		(await fetch(`http://${targets[0]}${at}`, {headers: {authorization}})).status;
	t.is(await status('/metrics', `Bearer ${token}`), 200);
	t.is(await status('/metrics', 'Bearer wrong'), 401);
	t.is(await status('/api/v1/status', `Bearer ${token}`), 404);
	const api = await readJson<ApiAddress>(path.join(state, 'api.json'));
	t.is((await fetch(`${api.url}/api/v1/status`, {headers: {authorization: `Bearer ${token}`}})).status, 401);
});

test('what this machine does not have is a warning with a remedy, and the mesh is ready without it', async t => {
	const {user, output} = await createMesh(t, '{ grafana: true, prometheus: false }', {
		PATH: path.dirname(process.execPath),
	});
	t.regex(output, /^grafana is missing: neither grafana nor grafana-server is on the PATH$/m);
	t.regex(output, /is ready\./);
	const status = await user.json<MeshStatus>('status');
	t.true(status.ready);
	t.deepEqual(
		status.tools.map(({tool, state}) => [tool, state]),
		[['grafana', 'missing']],
	);
	const page = await fetch(status.tools[0]?.url ?? '');
	t.is(page.status, 503);
	t.regex(await page.text(), /on the PATH/);
});

test('Grafana and Jaeger are given what they need: data sources, dashboards, and the spans of the mesh', async t => {
	const bin = await createProject(t, {});
	for (const name of ['grafana', 'jaeger']) {
		const program = path.join(repository, 'test/support/stand-ins', `${name}.mjs`);
		await writeFile(path.join(bin, name), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, {mode: 0o755});
	}

	const environment = {PATH: `${bin}${path.delimiter}${process.env['PATH']}`};
	const {user} = await createMesh(t, '{ grafana: true, jaeger: true }', environment);
	const [grafana, jaeger, prometheus] = await Promise.all(
		(['grafana', 'jaeger', 'prometheus'] as const).map(tool => until(user, tool, 'ready')),
	);
	const seen = (await (await fetch(`${grafana}api/seen`)).json()) as Record<string, readonly string[]>;
	t.deepEqual(seen['args'], ['server']);
	t.deepEqual(seen['dashboards']?.toSorted(), ['Edge', 'Mesh', 'Service']);
	const urls = seen['datasources']?.map(text => /url: (\S+)/.exec(text)?.[1] ?? '') ?? [];
	t.is(urls.length, 2);
	// Where Grafana asks itself, not by way of the API.
	for (const url of urls) {
		t.true((await fetch(url.endsWith('/prometheus') ? `${url}/-/ready` : `${url}/api/services`)).ok, url);
		t.false(url.startsWith(new URL(prometheus ?? '').origin));
	}

	const entry = (await user.json<MeshStatus>('status')).services.find(({service}) => service === 'web')?.hostUrl ?? '';
	await (await fetch(entry)).text();
	while ((await (await fetch(jaeger ?? '')).text()) === '0') {
		await sleep(50);
	}

	t.pass();
});

test('the rules and the config are what Prometheus itself calls right, and the alerts come when they should', async t => {
	const run = promisify(execFile);
	const folder = path.join(repository, 'templates/prometheus');
	const {stdout} = await run('promtool', ['check', 'rules', 'recording-rules.yml', 'alert-rules.yml'], {cwd: folder});
	t.is(stdout.match(/SUCCESS/g)?.length, 2);
	await t.notThrowsAsync(
		run('promtool', ['test', 'rules', 'rules.test.yml'], {cwd: path.join(repository, 'test/e2e/tools')}),
	);
	const written = await createProject(t, {
		'prometheus.yml': await readFile(path.join(folder, 'prometheus.yml'), 'utf8'),
		'recording-rules.yml': await readFile(path.join(folder, 'recording-rules.yml'), 'utf8'),
		'alert-rules.yml': await readFile(path.join(folder, 'alert-rules.yml'), 'utf8'),
		'targets.json': '[{"targets": ["127.0.0.1:1"]}]',
		token: 'secret',
	});
	await t.notThrowsAsync(run('promtool', ['check', 'config', 'prometheus.yml'], {cwd: written}));
});
