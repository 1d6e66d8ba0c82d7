// Runs services as local processes.
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import type {Clock} from '../common/clock.ts';
import {createEmitter} from '../common/emitter.ts';
import type {Log} from '../common/log.ts';
import {readJson} from '../common/read-json.ts';
import {type Milliseconds, ms} from '../common/units.ts';
import {writeJson} from '../common/write-whole.ts';
import type {LogLine} from '../model/api.ts';
import type {DesiredInstance} from '../model/desired-state.ts';
import type {InstanceState, ObservedState} from '../model/observed-state.ts';
import type {InstanceRecord, ProcessRecord, SavedProcesses} from './instance-record.ts';
import {mergeLogs} from './merge-logs.ts';
import {findByEnvironment, stopGroup} from './process-group.ts';
import {processStartTime} from './process-start-time.ts';
import {createProxyRunner} from './proxy-runner.ts';
import type {Runtime, RuntimeEvent} from './runtime.ts';
import {createSupervisedInstance, type SupervisedInstance} from './supervised-instance.ts';

export interface ProcessRuntimeOptions {
	readonly files: {
		/** What runs, for the next control plane. */
		readonly processes: string;
		/** The folder of all logs. */
		readonly logs: string;
	};
	readonly clock: Clock;
	readonly log: Log;
	/** The user's own, which the services inherit. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** The file of the proxy process's program. */
	readonly proxyProgram: string;
}

/** By this variable of its environment a process is known as one of ours, even when nothing else tells of it. */
const markName = 'DEVMESH_PROCESSES';

/** Creates the runtime; nothing is started or looked for yet. */
export const createProcessRuntime = ({
	files,
	clock,
	log,
	environment,
	proxyProgram,
}: ProcessRuntimeOptions): Runtime => {
	const {emit, on} = createEmitter<RuntimeEvent>();
	const instances = new Map<string, {readonly instance: DesiredInstance; readonly supervised: SupervisedInstance}>();
	const marked = {...environment, [markName]: files.processes};
	const logFileOf = (id: string): string => path.join(files.logs, `${id}.log`);

	let writing = Promise.resolve();
	let isDetached = false;
	const save = (): void => {
		if (isDetached) {
			return;
		}

		// One after the other, each with what is true when its turn comes.
		writing = writing
			.then(() => {
				const record = proxy.record();
				const saved: SavedProcesses = {
					...(record && {proxy: record}),
					instances: [...instances.values()].flatMap(({supervised}) => supervised.record() ?? []),
				};
				return writeJson(files.processes, saved);
			})
			.catch((error: unknown) => log.write('error', 'what runs could not be written down', {error: String(error)}));
	};

	const proxy = createProxyRunner({
		program: proxyProgram,
		environment: marked,
		logFile: logFileOf('proxy'),
		clock,
		onLost: reason => emit({kind: 'proxy-lost', reason}),
		save,
	});

	const supervise = (instance: DesiredInstance): SupervisedInstance => {
		const tools = {clock, environment: marked, logFile: logFileOf(instance.id), emit, save};
		const supervised = createSupervisedInstance(instance, tools);
		instances.set(instance.id, {instance, supervised});
		return supervised;
	};

	const observe = (): ObservedState => {
		const record = proxy.record();
		return {
			instances: [...instances.values()].map(({instance, supervised}) => ({
				id: instance.id,
				service: instance.service,
				pid: supervised.record()?.pid ?? 0,
				digest: instance.digest,
				appPort: instance.appPort,
				state: supervised.state(),
			})),
			proxy: record && {pid: record.pid},
		};
	};

	/** Ends processes of ours that nobody knows any more: their control plane was killed between start and record. */
	const stopUnknown = async (): Promise<void> => {
		const strangers = (await findByEnvironment(markName, files.processes)).filter(({pid, environment: theirs}) => {
			const instance = theirs.get('DEVMESH_INSTANCE');
			return instance === undefined ? pid !== proxy.record()?.pid : !instances.has(instance);
		});
		await Promise.all(strangers.map(({pid}) => stopGroup(pid, ms(1000), clock)));
	};

	return {
		adopt: async () => {
			await mkdir(files.logs, {recursive: true, mode: 0o700});
			const saved = await readJson<SavedProcesses>(files.processes);
			if (saved?.proxy && (await isAlive(saved.proxy))) {
				proxy.adopt(saved.proxy);
			}

			for (const record of saved?.instances ?? []) {
				if (await isAlive(record)) {
					supervise(record.instance).adopt(record);
				}
			}

			await stopUnknown();
			save();
			return observe();
		},
		observe,
		start: async instance => {
			const supervised = supervise(instance);
			try {
				await supervised.start();
			} catch (error) {
				instances.delete(instance.id);
				save();
				emit(failed(instance, (error as Error).message));
				throw error;
			}
		},
		stop: async id => {
			const entry = instances.get(id);
			await entry?.supervised.stop();
			if (instances.get(id) === entry) {
				instances.delete(id);
			}

			save();
		},
		startProxy: proxy.start,
		stopProxy: async () => {
			await proxy.stop();
			// The last of the mesh: whatever left its group on the way ends here.
			await stopUnknown();
		},
		on,
		logs: ({service, lines, follow, signal}): AsyncIterable<LogLine> => {
			const wanted = [...instances.values()]
				.map(({instance}) => instance)
				.filter(instance => service === undefined || instance.service === service || instance.id === service);
			const sources = wanted.map(({id}) => ({instance: id, file: logFileOf(id)}));
			return mergeLogs(sources, {lines, follow, signal, clock});
		},
		detach: async () => {
			await writing;
			isDetached = true;
			proxy.detach();
			for (const {supervised} of instances.values()) {
				supervised.detach();
			}
		},
	};
};

/** Stops all that a mesh without a control plane has left running; whoever takes longer than the grace is killed. */
export const stopLeftBehind = async (
	processesFile: string,
	clock: Clock,
	longestGrace: Milliseconds = ms(Number.POSITIVE_INFINITY),
): Promise<void> => {
	const within = (grace: Milliseconds): Milliseconds => ms(Math.min(grace, longestGrace));
	const saved = await readJson<SavedProcesses>(processesFile);
	const records: readonly (ProcessRecord | InstanceRecord)[] = [
		...(saved?.instances ?? []),
		...(saved?.proxy ? [saved.proxy] : []),
	];
	for (const record of records) {
		if (await isAlive(record)) {
			await stopGroup(record.pid, within('instance' in record ? record.instance.stopGraceMs : ms(5000)), clock);
		}
	}

	const strangers = await findByEnvironment(markName, processesFile);
	await Promise.all(strangers.map(({pid}) => stopGroup(pid, within(ms(1000)), clock)));
};

const isAlive = async ({pid, startTime}: ProcessRecord): Promise<boolean> =>
	(await processStartTime(pid)) === startTime;

const failed = ({id, service}: DesiredInstance, note: string): RuntimeEvent => {
	const state: InstanceState = 'failed';
	return {kind: 'instance', id, service, state, note, forMs: 0};
};
