// Where the time of the proxy process goes under load, so that the next step is known.
import {setTimeout as sleep} from 'node:timers/promises';
import {stayOnLoadCore} from '../cores.ts';
import {startSpanSink} from '../load/span-sink.ts';
import {runWrk} from '../load/wrk.ts';
import {nginx, taskset, wrk} from '../needs.ts';
import {definePart} from '../part.ts';
import {replies} from '../peers/backend.ts';
import {startDevmesh} from '../peers/devmesh.ts';
import {untilAnswers} from '../peers/until-answers.ts';
import {inspectable, openInspector} from '../profile/find-inspector.ts';
import {connectInspector} from '../profile/inspector.ts';
import {modulesOfBundle} from '../profile/modules-of-bundle.ts';
import {type CpuProfile, type SelfTime, selfTimes} from '../profile/self-times.ts';
import {table} from '../report/table.ts';

export interface ProfileResult {
	/** The ten longest. */
	readonly functions: readonly SelfTime[];
	/** The ten longest by their modules. */
	readonly modules: readonly {readonly module: string; readonly share: number}[];
}

const samplingMicros = 250;

export const profile = definePart<ProfileResult>({
	title: 'Where the time goes',
	needs: [wrk, nginx, taskset],
	measure: async ({scope, cores, isQuick, tell}) => {
		await stayOnLoadCore(scope, cores);
		const sink = await startSpanSink(scope);
		const {pid, mutualUrl} = await startDevmesh(scope, {
			core: cores.proxy,
			observability: {otlp: sink.url, accessLog: 'json'},
			environment: {NODE_OPTIONS: inspectable},
		});
		await untilAnswers(scope, mutualUrl);
		const inspector = await connectInspector(await openInspector(scope, pid));
		scope.teardown(inspector.close);
		const [warmUpSeconds, seconds] = isQuick ? [1, 1] : [4, 3];
		tell('load with the profiler on');
		const load = runWrk(scope, {
			url: `${mutualUrl}${replies[100]}`,
			connections: 32,
			seconds: warmUpSeconds + seconds + 2,
			core: cores.load,
		});
		const record = async (): Promise<readonly CpuProfile[]> => {
			await sleep(warmUpSeconds * 1000, undefined, {signal: scope.signal});
			const threads = await inspector.threads();
			for (const {call} of threads) {
				await call('Profiler.enable');
				await call('Profiler.setSamplingInterval', {interval: samplingMicros});
				await call('Profiler.start');
			}

			await sleep(seconds * 1000, undefined, {signal: scope.signal});
			const stopped = threads.map(({call}) => call<{readonly profile: CpuProfile}>('Profiler.stop'));
			return (await Promise.all(stopped)).map(entry => entry.profile);
		};

		const [profiles] = await Promise.all([record(), load]);
		const moduleOf = await modulesOfBundle();
		const times = selfTimes(profiles, ({url, lineNumber, columnNumber}) =>
			url.endsWith('/dist/sidecar/worker.js') ? moduleOf(lineNumber, columnNumber) : url,
		);
		return {functions: times.slice(0, 10), modules: byModule(times).slice(0, 10)};
	},
	render: ({functions, modules}) =>
		[
			"Self time in the threads of the proxy process, both hops of 100 B on 32 connections with everything on, of the time in which they were not idle. Node's own functions without a module are system calls and the like; `(program)` is native code without a name, TLS among it.",
			table(
				['function', 'module', 'self'],
				functions.map(({name, module, share}) => [`\`${name}\``, module || 'Node', tenths(share)]),
			),
			table(
				['module', 'self'],
				modules.map(({module, share}) => [module || 'Node itself', tenths(share)]),
			),
		].join('\n\n'),
});

const byModule = (times: readonly SelfTime[]): ProfileResult['modules'] =>
	[...Map.groupBy(times, ({module}) => module)]
		.map(([module, entries]) => ({module, share: entries.reduce((sum, {share}) => sum + share, 0)}))
		.toSorted((one, other) => other.share - one.share);

const tenths = (share: number): string => `${(share * 100).toFixed(1)} %`;
