// What two hops add to a request's time when the proxy has little to do.
import {stayOnLoadCore} from '../cores.ts';
import {runH2load, type SteadyResult} from '../load/h2load.ts';
import {h2load, haproxy, nginx, taskset} from '../needs.ts';
import {definePart} from '../part.ts';
import {replies} from '../peers/backend.ts';
import {medians} from '../percentile.ts';
import {digits, table, time} from '../report/table.ts';
import {startField} from './peers.ts';

export interface LatencyRow extends SteadyResult {
	/** What was asked for, of all connections together. */
	readonly wantedPerSecond: number;
	readonly connections: number;
	readonly proxy: string;
	readonly rounds: number;
	/** How many of them kept the rate: only these count. */
	readonly keptRounds: number;
	/** Over the same without a proxy. */
	readonly addedP50Ms: number;
	readonly addedP99Ms: number;
}

const paces = [
	{requestsPerSecond: 200, connections: 4},
	{requestsPerSecond: 1000, connections: 16},
] as const;

/** A round whose rate is further off tells of a busy machine, not of a proxy. */
const tolerance = 0.02;

export const latency = definePart<readonly LatencyRow[]>({
	title: 'Added latency',
	needs: [h2load, nginx, haproxy, taskset],
	measure: async bench => {
		const {scope, cores, isQuick, tell} = bench;
		await stayOnLoadCore(scope, cores);
		const {peers, directUrl, mustHaveSentSpans} = await startField(bench);
		const [rounds, seconds] = isQuick ? [1, 2] : [6, 2.5];
		const ways = [{name: 'none', url: directUrl}, ...peers.map(({name, mutualUrl: url}) => ({name, url}))];
		for (const {name, url} of ways) {
			tell(`warming up ${name}`);
			await runH2load(scope, {
				url: `${url}${replies[100]}`,
				connections: 16,
				requestsPerSecond: 1000,
				seconds: isQuick ? 1 : 2,
				core: cores.load,
			});
		}

		const measured: (SteadyResult & {readonly proxy: string; readonly wantedPerSecond: number})[] = [];
		for (let round = 1; round <= rounds; round++) {
			for (const {requestsPerSecond, connections} of paces) {
				for (const {name, url} of round % 2 === 0 ? ways.toReversed() : ways) {
					const result = await runH2load(scope, {
						url: `${url}${replies[100]}`,
						connections,
						requestsPerSecond,
						seconds,
						core: cores.load,
					});
					measured.push({proxy: name, wantedPerSecond: requestsPerSecond, ...result});
					tell(
						`round ${round} of ${rounds}, ${requestsPerSecond}/s, ${name}: p50 ${time(result.p50Ms)}, p99 ${time(result.p99Ms)}`,
					);
				}
			}
		}

		mustHaveSentSpans();
		return paces.flatMap(({requestsPerSecond: wantedPerSecond, connections}) => {
			const middle = (proxy: string) => {
				const all = measured.filter(entry => entry.proxy === proxy && entry.wantedPerSecond === wantedPerSecond);
				const kept = all.filter(entry => Math.abs(entry.requestsPerSecond / wantedPerSecond - 1) <= tolerance);
				return {
					rounds: all.length,
					keptRounds: kept.length,
					...medians(kept.length > 0 ? kept : all, ['requestsPerSecond', 'p50Ms', 'p99Ms', 'failures']),
				};
			};
			const direct = middle('none');
			return ways.map(({name: proxy}) => {
				const row = middle(proxy);
				return {
					wantedPerSecond,
					connections,
					proxy,
					...row,
					addedP50Ms: row.p50Ms - direct.p50Ms,
					addedP99Ms: row.p99Ms - direct.p99Ms,
				};
			});
		});
	},
	render: rows =>
		[
			'Two hops with mutual TLS between them, 100 B, devmesh with everything on. Requests leave at fixed times, evenly spread over the connections; each time is from sending to the end of the reply. Rounds whose rate was off by more than 2 % do not count, unless all were. Added: minus the same percentile of the backend without a proxy (`none`).',
			...paces.map(({requestsPerSecond, connections}) => {
				const ofPace = rows.filter(({wantedPerSecond}) => wantedPerSecond === requestsPerSecond);
				return `**${digits(requestsPerSecond)} requests/s on ${connections} connections**\n\n${table(
					['proxy', 'reached', 'rounds that kept the rate', 'p50', 'p99', 'added p50', 'added p99'],
					ofPace.map(row => [
						row.proxy,
						`${row.requestsPerSecond.toFixed(1)}/s${row.failures > 0 ? ` (${row.failures} failed)` : ''}`,
						`${row.keptRounds} of ${row.rounds}`,
						time(row.p50Ms),
						time(row.p99Ms),
						...(row.proxy === 'none' ? ['-', '-'] : [time(row.addedP50Ms), time(row.addedP99Ms)]),
					]),
				)}`;
			}),
		].join('\n\n'),
});
