import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import type {ApiAddress} from '../../src/model/api.ts';
import type {MeshStatus} from '../../src/model/mesh-status.ts';
import {bucketBounds} from '../../src/telemetry/buckets.ts';
import {createProject} from '../support/project.ts';
import {freePort} from '../support/scene.ts';
import {createUser, readJson, type User} from '../support/user.ts';

const api = `
import {createServer} from 'node:http';
createServer((request, response) => {
	request.resume();
	response.statusCode = request.url.startsWith('/bad') ? 500 : 200;
	setTimeout(() => response.end('x'.repeat(700)), request.url.startsWith('/slow') ? 150 : 0);
}).listen(process.env.PORT, '127.0.0.1');
`;

const config = `
services:
  api: { port: 80, command: node api.mjs }
faults:
  - { to: api, match: [{ path: { prefix: /faulty } }], abort: { status: 503 } }
`;

interface Answer {
	readonly data: {
		readonly result: readonly {readonly metric: Record<string, string>; readonly value: [number, string]}[];
	};
}

/** Starts a Prometheus that scrapes the mesh; it ends with the test. Gives what asks it. */
const startPrometheus = async (t: ExecutionContext, {url, token}: ApiAddress, folder: string) => {
	const port = await freePort();
	await writeFile(
		path.join(folder, 'prometheus.yml'),
		JSON.stringify({
			global: {scrape_interval: '1s', scrape_timeout: '1s'},
			scrape_configs: [
				{
					job_name: 'devmesh',
					metrics_path: '/api/v1/metrics',
					authorization: {credentials: token},
					static_configs: [{targets: [new URL(url).host]}],
				},
			],
		}),
	);
	const prometheus = spawn(
		'prometheus',
		[
			'--config.file=prometheus.yml',
			'--storage.tsdb.path=data',
			`--web.listen-address=127.0.0.1:${port}`,
			'--log.level=error',
		],
		{cwd: folder, stdio: 'ignore'},
	);
	t.teardown(async () => {
		prometheus.kill();
		await once(prometheus, 'exit');
	});
	const ask = async (query: string): Promise<Answer['data']['result']> => {
		const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?${new URLSearchParams({query})}`).catch(
			() => undefined,
		);
		return response?.ok ? ((await response.json()) as Answer).data.result : [];
	};

	return {
		ask,
		number: async (query: string): Promise<number> => Number((await ask(query))[0]?.value[1] ?? Number.NaN),
		/** Asks until the answer fits; a scrape comes every second. */
		until: async (query: string, isWanted: (value: number) => boolean): Promise<void> => {
			for (;;) {
				const value = Number((await ask(query))[0]?.value[1] ?? Number.NaN);
				if (isWanted(value)) {
					return;
				}

				await new Promise(resolve => setTimeout(resolve, 100));
			}
		},
	};
};

const addressOf = async (user: User): Promise<ApiAddress> => {
	const [mesh = ''] = (await readdir(user.home)).filter(name => name !== 'ca');
	return readJson<ApiAddress>(path.join(user.home, mesh, 'api.json'));
};

test('after 1,000 requests a Prometheus that scrapes the mesh knows their number, their errors, their times; both reporters agree, and so does the status', async t => {
	const folder = await createProject(t, {'mesh.config.yaml': config, 'api.mjs': api});
	const user = await createUser(t, folder);
	const up = await user.devmesh('up', '-d');
	t.is(up.code, 0, up.stdout + up.stderr);
	const {services} = await user.json<MeshStatus>('status');
	const host = services[0]?.hostUrl ?? '';
	const prometheus = await startPrometheus(t, await addressOf(user), folder);
	await prometheus.until('up', value => value === 1);

	// 600 good, 200 bad, 100 faulty, 100 slow, mixed, 20 at a time.
	const paths = Array.from({length: 1000}, (_, index) =>
		index % 10 < 6 ? '/ok' : index % 10 < 8 ? '/bad' : index % 10 === 8 ? '/faulty' : '/slow',
	);
	const work = [...paths];
	const seen: number[] = [];
	await Promise.all(
		Array.from({length: 20}, async () => {
			for (let next = work.pop(); next !== undefined; next = work.pop()) {
				const startedAt = performance.now();
				await (await fetch(host + next, {method: 'POST', body: '12345'})).text();
				if (next !== '/faulty') {
					seen.push(performance.now() - startedAt);
				}
			}
		}),
	);

	const source = 'reporter="source",source_workload="host",destination_workload="api"';
	const destination = 'reporter="destination",destination_workload="api"';
	await prometheus.until(`sum(istio_requests_total{${source}})`, value => value >= 1000);
	await prometheus.until(`sum(istio_requests_total{${destination}})`, value => value >= 900);
	t.is(await prometheus.number(`sum(istio_requests_total{${source}})`), 1000);
	t.is(await prometheus.number(`sum(istio_requests_total{${source},response_code="200"})`), 700);
	t.is(await prometheus.number(`sum(istio_requests_total{${source},response_code="500"})`), 200);
	t.is(await prometheus.number(`sum(istio_requests_total{${source},response_code="503",response_flags="FI"})`), 100);
	// What the fault has answered never reached the service.
	t.is(
		await prometheus.number(`sum(istio_requests_total{${destination}})`),
		await prometheus.number(`sum(istio_requests_total{${source},response_flags!="FI"})`),
	);
	t.is(await prometheus.number(`sum(istio_request_bytes_sum{${destination}})`), 900 * 5);
	t.is(await prometheus.number(`sum(istio_response_bytes_sum{${destination}})`), 900 * 700);
	t.deepEqual(
		(await prometheus.ask(`sum by (connection_security_policy) (istio_requests_total{${destination}})`)).map(
			({metric}) => metric['connection_security_policy'],
		),
		['mutual_tls'],
	);
	// No lower than the app's own 150 ms, in the bucket from 100 on; no higher than what the client saw.
	const longest = seen.toSorted((one, other) => one - other)[Math.ceil(0.99 * 900) - 1] ?? 0;
	const bound = bucketBounds.find(value => longest <= value) ?? 0;
	const p99 = await prometheus.number(
		`histogram_quantile(0.99, sum by (le) (istio_request_duration_milliseconds_bucket{${destination}}))`,
	);
	t.true(p99 > 100 && p99 <= bound, `${p99} ${longest}`);

	const status = (await user.json<MeshStatus>('status')).services[0]?.traffic;
	const success = await prometheus.number(
		`sum(istio_requests_total{${destination},response_code!~"5.."}) / sum(istio_requests_total{${destination}})`,
	);
	t.true(Math.abs((status?.success ?? 0) - success) < 1e-9, `${status?.success} ${success}`);
	for (const [share, shown] of [
		[0.5, status?.p50],
		[0.95, status?.p95],
		[0.99, status?.p99],
	] as const) {
		const told = await prometheus.number(
			`histogram_quantile(${share}, sum by (le) (istio_request_duration_milliseconds_bucket{${destination}}))`,
		);
		t.true(Math.abs((shown ?? 0) - told) < 1e-6, `p${share * 100}: ${shown} ${told}`);
	}

	t.is(
		await prometheus.number('count(devmesh_sidecar_cpu_seconds_total)'),
		(await user.json<MeshStatus>('status')).sidecars.length,
	);
});

test('promtool finds nothing in the metrics but Istio’s own milliseconds', async t => {
	const folder = await createProject(t, {'mesh.config.yaml': config, 'api.mjs': api});
	const user = await createUser(t, folder);
	t.is((await user.devmesh('up', '-d')).code, 0);
	const host = (await user.json<MeshStatus>('status')).services[0]?.hostUrl ?? '';
	await (await fetch(`${host}/ok`)).text();
	const {stdout} = await user.devmesh('metrics');
	t.regex(stdout, /^istio_requests_total\{.*reporter="destination".*\} 1$/m);
	const file = path.join(folder, 'metrics.txt');
	await writeFile(file, stdout);
	const lint = await promisify(execFile)('sh', ['-c', 'promtool check metrics < "$0" 2>&1 || true', file]);
	t.deepEqual(lint.stdout.trim().split('\n'), [
		'istio_request_duration_milliseconds use base unit "seconds" instead of "milliseconds"',
	]);
});

test('a trace that the caller began is found by its id, as a tree over all services', async t => {
	const folder = await createProject(t, {'mesh.config.yaml': config, 'api.mjs': api});
	const user = await createUser(t, folder);
	t.is((await user.devmesh('up', '-d')).code, 0);
	const host = (await user.json<MeshStatus>('status')).services[0]?.hostUrl ?? '';
	const id = '4bf92f3577b34da6a3ce929d0e0e4736';
	await (await fetch(`${host}/bad`, {headers: {traceparent: `00-${id}-00f067aa0ba902b7-01`}})).text();
	const shown = await user.devmesh('trace', id);
	t.regex(shown.stdout, /^host → GET .*\n {2}attempt 1 at api-1 .*\n {4}api-1 ← GET .* 500 /m);
	const listed = await user.devmesh('requests', '--failed');
	t.regex(listed.stdout, new RegExp(`host +api +GET /bad +500 +- .*${id}`));
	const missing = await user.devmesh('trace', 'ffffffffffffffffffffffffffffffff');
	t.is(missing.code, 1);
	t.regex(missing.stderr, /DM6024/);
});

test('the access log is written in Envoy’s format, or not at all, from a save on', async t => {
	const folder = await createProject(t, {'mesh.config.yaml': config, 'api.mjs': api});
	const user = await createUser(t, folder);
	t.is((await user.devmesh('up', '-d')).code, 0);
	const status = await user.json<MeshStatus>('status');
	const host = status.services[0]?.hostUrl ?? '';
	const [mesh = ''] = (await readdir(user.home)).filter(name => name !== 'ca');
	const log = (): Promise<string> => readFile(path.join(user.home, mesh, 'logs', 'proxy.log'), 'utf8');
	const saved = async (format: string): Promise<void> => {
		const {revision} = await user.json<MeshStatus>('status');
		await writeFile(path.join(folder, 'mesh.config.yaml'), `${config}observability: { accessLog: ${format} }\n`);
		for (;;) {
			const now = await user.json<MeshStatus>('status');
			if (now.revision > revision && now.sidecars.every(sidecar => sidecar.revision === now.revision)) {
				return;
			}
		}
	};

	await saved('text');
	await (await fetch(`${host}/text`)).text();
	await saved('off');
	await (await fetch(`${host}/nothing`)).text();
	await saved('json');
	await (await fetch(`${host}/json`)).text();
	let lines = await log();
	// Both proxies tell of it.
	while (lines.split('"path":"/json"').length < 3) {
		lines = await log();
	}

	t.regex(
		lines,
		/^\[\d{4}-.*Z\] "GET \/text HTTP\/1\.1" 200 - 0 700 \d+ - "-" "node" "[-0-9a-f]{36}" "127\.0\.0\.1:\d+" "api-1"$/m,
	);
	t.false(lines.includes('/nothing'));
});
