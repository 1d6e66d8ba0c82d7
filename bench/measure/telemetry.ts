// What telemetry costs: the same mesh with parts of it switched off.
import type {MeshFile} from '../../src/config/schema/mesh.ts';
import {stayOnLoadCore} from '../cores.ts';
import {startSpanSink} from '../load/span-sink.ts';
import {type LoadResult, runWrk} from '../load/wrk.ts';
import {nginx, taskset, wrk} from '../needs.ts';
import {definePart} from '../part.ts';
import {replies} from '../peers/backend.ts';
import {type DevmeshPeer, startDevmesh} from '../peers/devmesh.ts';
import {untilAnswers} from '../peers/until-answers.ts';
import {medians} from '../percentile.ts';
import {digits, percent, table, time} from '../report/table.ts';

export interface TelemetryRow extends LoadResult {
	readonly telemetry: string;
	/** Of the requests per second without any. */
	readonly share: number;
}

type Observability = NonNullable<MeshFile['observability']>;

/** From nothing to everything. Metrics cannot be switched off. */
const modes = (sink: string): readonly (readonly [name: string, Observability])[] => {
	// A sampling can only be said of a Jaeger; it is never asked for anything.
	const unsampled = {jaeger: {sampling: 0, url: sink}};
	return [
		['metrics alone', {...unsampled, accessLog: 'off'}],
		['+ access log', {...unsampled, accessLog: 'json'}],
		['+ spans', {otlp: sink, accessLog: 'off'}],
		['+ access log and spans', {otlp: sink, accessLog: 'json'}],
	];
};

export const telemetry = definePart<readonly TelemetryRow[]>({
	title: 'Telemetry on against off',
	needs: [wrk, nginx, taskset],
	measure: async ({scope, cores, isQuick, tell}) => {
		await stayOnLoadCore(scope, cores);
		const sink = await startSpanSink(scope);
		const [rounds, seconds] = isQuick ? [1, 1] : [5, 3];
		const peers: DevmeshPeer[] = [];
		for (const [name, observability] of modes(sink.url)) {
			const peer = await startDevmesh(scope, {core: cores.proxy, observability, name});
			await untilAnswers(scope, peer.mutualUrl);
			peers.push(peer);
		}

		const load = (peer: DevmeshPeer) =>
			runWrk(scope, {url: `${peer.mutualUrl}${replies[100]}`, connections: 32, seconds, core: cores.load});
		for (const peer of peers) {
			tell(`warming up ${peer.name}`);
			await load(peer);
		}

		const measured: (LoadResult & {readonly telemetry: string})[] = [];
		for (let round = 1; round <= rounds; round++) {
			for (const peer of round % 2 === 0 ? peers.toReversed() : peers) {
				const result = await load(peer);
				measured.push({telemetry: peer.name, ...result});
				tell(`round ${round} of ${rounds}, ${peer.name}: ${digits(result.requestsPerSecond)}/s`);
				await peer.tidy();
			}
		}

		if (sink.bytes() === 0) {
			throw new Error('no spans were sent');
		}

		const rows = peers.map(({name}) => ({
			telemetry: name,
			...medians(
				measured.filter(entry => entry.telemetry === name),
				['requestsPerSecond', 'p50Ms', 'p99Ms', 'failures'],
			),
		}));
		const base = rows[0]?.requestsPerSecond ?? Number.NaN;
		return rows.map(row => ({...row, share: row.requestsPerSecond / base}));
	},
	render: rows =>
		[
			'Two hops with mutual TLS between them, 100 B, 32 connections. Spans: at 100 %, of up to 500 new traces a second for each sidecar, sent over OTLP to a receiver. Access log: JSON, one line a hop. Aim: all of it costs no more than 10 %.',
			table(
				['', 'requests/s', 'of metrics alone', 'p50', 'p99'],
				rows.map(row => [
					row.telemetry,
					digits(row.requestsPerSecond),
					percent(row.share),
					time(row.p50Ms),
					time(row.p99Ms),
				]),
			),
		].join('\n\n'),
});
