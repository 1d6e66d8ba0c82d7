// How much memory a sidecar takes, idle and under load.
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import type {MeshFile} from '../../src/config/schema/mesh.ts';
import {helloProgram} from '../apps/hello-service.ts';
import {freePort} from '../free-port.ts';
import {runWrk} from '../load/wrk.ts';
import {haproxy, nginx, taskset, wrk} from '../needs.ts';
import {type Bench, definePart} from '../part.ts';
import {planBackend, replies, startBackend} from '../peers/backend.ts';
import {createCertificates} from '../peers/create-certificates.ts';
import {loadStartMesh} from '../peers/devmesh.ts';
import {startHaproxy} from '../peers/haproxy.ts';
import {startNginx} from '../peers/nginx.ts';
import {untilAnswers} from '../peers/until-answers.ts';
import {digits, table} from '../report/table.ts';
import {createScope} from '../scope.ts';
import {startProgram} from '../start-program.ts';
import {type Memory, readMemory} from './read-memory.ts';

export interface MemoryRow {
	readonly process: string;
	/** 0 for other programs than devmesh. */
	readonly sidecars: number;
	readonly idle: Memory;
	/** Near the end of some seconds of full load on 32 connections. */
	readonly loaded: Memory;
}

export const memory = definePart<readonly MemoryRow[]>({
	title: 'Memory',
	needs: [wrk, nginx, haproxy, taskset],
	measure: async bench => {
		const rows: MemoryRow[] = [];
		for (const begin of [mesh(1), mesh(5), bareNode, proxy(startNginx), proxy(startHaproxy)]) {
			// One after the other: what is shared with another process counts less.
			const scope = createScope(bench.scope.signal, bench.tell);
			try {
				const row = await measure(await begin({...bench, scope}), {...bench, scope});
				bench.tell(`${row.process}: idle ${digits(row.idle.pssMiB)} MiB, loaded ${digits(row.loaded.pssMiB)} MiB`);
				rows.push(row);
			} finally {
				await scope.close();
			}
		}

		return rows;
	},
	render: rows =>
		[
			'PSS / RSS in MiB: of the process that holds all sidecars of a mesh (`host` is one of them), and of nginx (with its worker), HAProxy and a server of `node:http` beside it. Loaded: near the end of some seconds of full load on 32 connections, spread over all services.',
			table(
				['', 'idle', 'loaded', 'per sidecar, idle', 'per sidecar, loaded'],
				[...rows.map(renderRow), ...renderSlope(rows)],
			),
		].join('\n\n'),
});

interface Subject {
	readonly process: string;
	readonly sidecars: number;
	readonly pid: number;
	/** Each answers like the backend. */
	readonly urls: readonly string[];
}

type Begin = (bench: Bench) => Promise<Subject>;

const measure = async ({process: name, sidecars, pid, urls}: Subject, bench: Bench): Promise<MemoryRow> => {
	const {scope, cores, isQuick} = bench;
	const [restMs, seconds] = isQuick ? [500, 1] : [2000, 4];
	await sleep(restMs, undefined, {signal: scope.signal});
	const idle = await readMemory(pid);
	const loads = urls.map(url =>
		runWrk(scope, {url, connections: Math.ceil(32 / urls.length), seconds, core: cores.load}),
	);
	const reading = sleep(seconds * 900, undefined, {signal: scope.signal}).then(() => readMemory(pid));
	const [loaded] = await Promise.all([reading, ...loads]);
	return {process: name, sidecars, idle, loaded};
};

const mesh =
	(count: number): Begin =>
	async ({scope}) => {
		const names = Array.from({length: count}, (_, index) => `app${index + 1}`);
		const services: NonNullable<MeshFile['services']> = {};
		for (const name of names) {
			const {port, command} = await planBackend(scope);
			services[name] = {port: 80, appPort: port, command: [...command]};
		}

		const startMesh = await loadStartMesh();
		const running = await startMesh({services});
		scope.teardown(running.stop);
		const {proxy: proxyProcess, sidecars} = await running.status();
		return {
			process: `devmesh, ${sidecars.length} sidecars`,
			sidecars: sidecars.length,
			pid: proxyProcess?.pid ?? 0,
			urls: names.map(name => `${running.url(name)}${replies[100]}`),
		};
	};

const bareNode: Begin = async ({scope}) => {
	const port = await freePort();
	const {pid = 0} = startProgram(scope, [process.execPath, helloProgram], {environment: {PORT: String(port)}});
	const url = `http://127.0.0.1:${port}`;
	return {process: 'Node, `node:http` alone', sidecars: 0, pid, urls: [url]};
};

const proxy =
	(begin: typeof startNginx): Begin =>
	async ({scope, cores}) => {
		const backend = await startBackend(scope, cores.load);
		const certificates = await createCertificates(scope);
		const peer = await begin(scope, {backendPort: backend.port, core: cores.proxy, certificates});
		await untilAnswers(scope, peer.mutualUrl);
		return {process: peer.name, sidecars: 0, pid: peer.pid, urls: [`${peer.mutualUrl}${replies[100]}`]};
	};

const both = ({pssMiB, rssMiB}: Memory): string => `${digits(pssMiB)} / ${digits(rssMiB)}`;

const divided = ({pssMiB, rssMiB}: Memory, by: number): Memory => ({pssMiB: pssMiB / by, rssMiB: rssMiB / by});

const difference = (one: Memory, other: Memory): Memory => ({
	pssMiB: one.pssMiB - other.pssMiB,
	rssMiB: one.rssMiB - other.rssMiB,
});

const renderRow = ({process: name, sidecars, idle, loaded}: MemoryRow): readonly string[] => [
	name,
	both(idle),
	both(loaded),
	...(sidecars === 0 ? ['-', '-'] : [both(divided(idle, sidecars)), both(divided(loaded, sidecars))]),
];

const renderSlope = (rows: readonly MemoryRow[]): readonly (readonly string[])[] => {
	const [small, large] = rows.filter(({sidecars}) => sidecars > 0);
	if (!small || !large) {
		return [];
	}

	const more = large.sidecars - small.sidecars;
	return [
		[
			'devmesh, each further sidecar',
			'-',
			'-',
			both(divided(difference(large.idle, small.idle), more)),
			both(divided(difference(large.loaded, small.loaded), more)),
		],
	];
};
