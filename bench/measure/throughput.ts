// How many requests pass, one proxy on one core, beside other proxies in the same minutes.
import {stayOnLoadCore} from '../cores.ts';
import {type LoadResult, runWrk} from '../load/wrk.ts';
import {haproxy, nginx, taskset, wrk} from '../needs.ts';
import {definePart} from '../part.ts';
import {type ReplyBytes, replies} from '../peers/backend.ts';
import {medians} from '../percentile.ts';
import {digits, percent, table, time} from '../report/table.ts';
import {startField} from './peers.ts';
import {readVersions} from './read-versions.ts';

export interface ThroughputResult {
	/** Of the other proxies. */
	readonly versions: string;
	readonly rows: readonly ThroughputRow[];
}

export interface ThroughputRow extends LoadResult {
	readonly hops: 'plain' | 'mutual';
	readonly bytes: ReplyBytes;
	readonly connections: number;
	readonly proxy: string;
}

const connectionCounts = [32, 1] as const;

export const throughput = definePart<ThroughputResult>({
	title: 'Requests per second',
	needs: [wrk, nginx, haproxy, taskset],
	measure: async bench => {
		const {scope, cores, isQuick, tell} = bench;
		await stayOnLoadCore(scope, cores);
		const {peers, directUrl, mustHaveSentSpans} = await startField(bench);
		const [rounds, seconds] = isQuick ? [1, 1] : [3, 2];
		const core = cores.load;
		const ways = [
			{proxy: 'none', hops: 'plain' as const, url: directUrl, tidy: undefined},
			...peers.flatMap(({name, plainUrl, mutualUrl, tidy}) => [
				{proxy: name, hops: 'plain' as const, url: plainUrl, tidy},
				{proxy: name, hops: 'mutual' as const, url: mutualUrl, tidy},
			]),
		];
		for (const {proxy, hops, url} of ways) {
			tell(`warming up ${proxy}, ${hops}`);
			await runWrk(scope, {url: `${url}${replies[100]}`, connections: 32, seconds, core});
		}

		const rows: ThroughputRow[] = [];
		for (let round = 1; round <= rounds; round++) {
			for (const bytes of [100, 16_384] as const) {
				for (const connections of connectionCounts) {
					for (const hops of ['plain', 'mutual'] as const) {
						// Who comes first changes: the machine may be faster at one time than at another.
						const entrants = ways.filter(way => way.hops === hops);
						const order = round % 2 === 0 ? entrants.toReversed() : entrants;
						for (const {proxy, url, tidy} of order) {
							const result = await runWrk(scope, {url: `${url}${replies[bytes]}`, connections, seconds, core});
							rows.push({hops, bytes, connections, proxy, ...result});
							tell(
								`round ${round} of ${rounds}, ${bytes} B, ${connections} connections, ${hops}, ${proxy}: ${digits(result.requestsPerSecond)}/s`,
							);
							await tidy?.();
						}
					}
				}
			}
		}

		mustHaveSentSpans();
		const middle = ways.flatMap(({proxy, hops}) =>
			([100, 16_384] as const).flatMap(bytes =>
				connectionCounts.map(connections => ({
					hops,
					bytes,
					connections,
					proxy,
					...medians(
						rows.filter(
							row => row.hops === hops && row.bytes === bytes && row.connections === connections && row.proxy === proxy,
						),
						['requestsPerSecond', 'p50Ms', 'p99Ms', 'failures'],
					),
				})),
			),
		);
		return {versions: await readVersions(scope), rows: middle};
	},
	render: ({versions, rows}) =>
		[
			'devmesh with everything on: a route with a header match, one with retries and a timeout, an authorization policy on the sealed service, metrics, the access log as JSON, spans at 100 % (of up to 500 new traces a second for each sidecar) sent to a receiver. The others only pass requests on and write no log. `none` is the backend without a proxy.',
			versions,
			...(['plain', 'mutual'] as const).flatMap(hops =>
				([100, 16_384] as const).map(bytes =>
					renderCase(
						`${hops === 'plain' ? 'One plain hop' : 'Two hops with mutual TLS between them'}, ${bytes === 100 ? '100 B' : '16 KiB'}`,
						rows.filter(row => row.hops === hops && row.bytes === bytes),
					),
				),
			),
		].join('\n\n'),
});

const renderCase = (title: string, rows: readonly ThroughputRow[]): string => {
	const find = (proxy: string, connections: number) =>
		rows.find(row => row.proxy === proxy && row.connections === connections);
	const cells = (proxy: string, connections: number): readonly string[] => {
		const row = find(proxy, connections);
		const base = find('nginx', connections)?.requestsPerSecond ?? Number.NaN;
		return row
			? [
					`${digits(row.requestsPerSecond)}${row.failures > 0 ? ` (${row.failures} failed)` : ''}`,
					proxy === 'none' ? '-' : percent(row.requestsPerSecond / base),
					time(row.p50Ms),
					time(row.p99Ms),
				]
			: ['-', '-', '-', '-'];
	};

	const proxies = [...new Set(rows.map(({proxy}) => proxy))];
	return `**${title}**\n\n${table(
		['proxy', ...connectionCounts.flatMap(count => [`${count} conn.: requests/s`, 'of nginx', 'p50', 'p99'])],
		proxies.map(proxy => [proxy, ...connectionCounts.flatMap(count => cells(proxy, count))]),
	)}`;
};
