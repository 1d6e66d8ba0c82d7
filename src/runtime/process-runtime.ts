// Runs services as local processes.
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import type {Clock} from '../common/clock.ts';
import {createEmitter} from '../common/emitter.ts';
import type {Log} from '../common/log.ts';
import {readJson} from '../common/read-json.ts';
import {ms} from '../common/units.ts';
import {writeJson} from '../common/write-whole.ts';
import type {LogLine} from '../model/api.ts';
import type {DesiredInstance} from '../model/desired-state.ts';
import type {InstanceState, ObservedState} from '../model/observed-state.ts';
import {isTool} from '../model/tool.ts';
import {adviceOf} from './advice-of.ts';
import {type Containers, isPod, isToolContainer} from './docker/containers.ts';
import type {InstanceBody} from './instance-body.ts';
import type {ProcessRecord, SavedProcesses} from './instance-record.ts';
import {instanceName, markName, stopMarked} from './marked-processes.ts';
import {type LogSource, mergeLogs} from './merge-logs.ts';
import {createProcessBody} from './process-body.ts';
import {isOfThisBoot, processStartTime} from './process-start-time.ts';
import {createProxyRunner} from './proxy-runner.ts';
import type {Runtime, RuntimeEvent} from './runtime.ts';
import {createSupervisedInstance, defaultHealth, type SupervisedInstance} from './supervised-instance.ts';

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
	/** For instances that run in containers. */
	readonly containers?: Containers;
}

interface Supervised {
	readonly instance: DesiredInstance;
	readonly body: InstanceBody;
	readonly supervised: SupervisedInstance;
}

/** Creates the runtime; nothing is started or looked for yet. */
export const createProcessRuntime = ({
	files,
	clock,
	log,
	environment,
	proxyProgram,
	containers,
}: ProcessRuntimeOptions): Runtime => {
	const {emit, on} = createEmitter<RuntimeEvent>();
	const instances = new Map<string, Supervised>();
	const mark = files.processes;
	// A devmesh that is run by another one's instance must not pass that instance's name on.
	const marked = {...environment, [instanceName]: undefined, [markName]: mark};
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

	// Of instances that wait for their dependencies.
	const prepared = new Map<string, {readonly digest: string; readonly body: InstanceBody}>();
	const dropPrepared = async (id: string): Promise<void> => {
		const entry = prepared.get(id);
		prepared.delete(id);
		await entry?.body.stop(undefined);
	};

	const takePrepared = (id: string): InstanceBody | undefined => {
		const entry = prepared.get(id);
		prepared.delete(id);
		return entry?.body;
	};

	const bodyOf = (instance: DesiredInstance, logFile: string): InstanceBody => {
		const health = instance.health ?? defaultHealth;
		if (containers && isToolContainer(instance)) {
			return containers.toolBodyOf(instance, health, logFile);
		}

		return containers && isPod(instance)
			? containers.bodyOf(instance, health, logFile)
			: createProcessBody(instance, health, {clock, environment: marked, logFile, mark});
	};

	const supervise = (instance: DesiredInstance): SupervisedInstance => {
		const logFile = logFileOf(instance.id);
		const body = takePrepared(instance.id) ?? bodyOf(instance, logFile);
		const supervised = createSupervisedInstance(instance, {clock, body, logFile, emit, save});
		instances.set(instance.id, {instance, body, supervised});
		return supervised;
	};

	const observe = (): ObservedState => {
		const record = proxy.record();
		return {
			instances: [...instances.values()].map(({instance, supervised}) => {
				const waitingFor = supervised.waitingFor();
				return {
					id: instance.id,
					service: instance.service,
					pid: supervised.record()?.pid ?? 0,
					digest: instance.digest,
					appPort: instance.appPort,
					state: supervised.state(),
					...(waitingFor !== undefined && {waitingFor}),
				};
			}),
			proxy: record && {pid: record.pid},
		};
	};

	/** Ends processes of ours that nobody knows any more: their control plane was killed between start and record. */
	const stopUnknown = (): Promise<void> =>
		stopMarked(
			mark,
			({pid, environment: theirs}) => {
				const instance = theirs.get(instanceName);
				return instance === undefined ? pid !== proxy.record()?.pid : !instances.has(instance);
			},
			ms(1000),
			clock,
		);

	/** False without an engine: what ran there is not to be had until it is back. */
	const openContainers = async (): Promise<boolean> => {
		try {
			await containers?.open();
			return containers !== undefined;
		} catch (error) {
			log.write('error', 'the containers of before cannot be found', {error: String(error)});
			return false;
		}
	};

	const stop = async (id: string): Promise<void> => {
		await dropPrepared(id);
		const entry = instances.get(id);
		await entry?.supervised.stop();
		if (instances.get(id) === entry) {
			instances.delete(id);
		}

		save();
	};

	return {
		adopt: async () => {
			await mkdir(files.logs, {recursive: true, mode: 0o700});
			const saved = await readJson<SavedProcesses>(files.processes);
			if (saved?.proxy && (await isAlive(saved.proxy))) {
				proxy.adopt(saved.proxy);
			}

			const contained = saved?.instances.filter(({instance}) => isPod(instance) || isToolContainer(instance)) ?? [];
			const hasEngine = contained.length > 0 && (await openContainers());
			for (const record of saved?.instances ?? []) {
				const isContained = contained.includes(record);
				if (
					isContained
						? hasEngine && (await containers?.isAlive(record))
						: (await isAlive(record)) || (record.state === 'completed' && (await isOfThisBoot(record.startTime)))
				) {
					supervise(record.instance).adopt(record);
				}
			}

			await stopUnknown();
			if (hasEngine) {
				await containers?.removeUnknown(new Set(instances.keys()));
			}

			save();
			return observe();
		},
		observe,
		prepare: instance => {
			if (!isPod(instance) || instances.has(instance.id) || prepared.has(instance.id)) {
				return;
			}

			const body = bodyOf(instance, logFileOf(instance.id));
			prepared.set(instance.id, {digest: instance.digest, body});
			body.prepare?.();
		},
		refresh: async wanted => {
			// One that waits for its dependencies has its rules already, too.
			const bodyOfKnown = (id: string) => (instances.get(id) ?? prepared.get(id))?.body;
			await Promise.all(wanted.map(instance => bodyOfKnown(instance.id)?.refresh?.(instance)));
		},
		fetch: async instance => {
			if (isPod(instance)) {
				await containers?.fetch(instance);
			}
		},
		isOutdated: async instance =>
			isPod(instance) && instances.has(instance.id) && ((await containers?.isOutdated(instance)) ?? false),
		start: async instance => {
			while (instances.has(instance.id)) {
				// It has failed, or is just being stopped.
				await stop(instance.id);
			}

			if (prepared.get(instance.id)?.digest !== instance.digest) {
				// With other settings it is made anew, and two must not make the same containers.
				await dropPrepared(instance.id);
			}

			const supervised = supervise(instance);
			try {
				await supervised.start();
			} catch (error) {
				if (instances.get(instance.id)?.supervised === supervised) {
					instances.delete(instance.id);
				}

				save();
				emit(failed(instance, error as Error));
				throw error;
			}
		},
		stop,
		startProxy: proxy.start,
		stopProxy: async () => {
			await proxy.stop();
			// The last of the mesh: whatever left its group on the way ends here.
			await stopUnknown();
			await Promise.all([...prepared.keys()].map(dropPrepared));
			await containers?.removeAll();
		},
		on,
		logs: ({service, lines, follow, signal}): AsyncIterable<LogLine> => {
			const sources = (): readonly LogSource[] =>
				[...instances.values()]
					.filter(({instance}) =>
						service === undefined ? !isTool(instance.id) : instance.service === service || instance.id === service,
					)
					.map(({instance: {id}, supervised}) => ({
						instance: id,
						file: logFileOf(id),
						start: supervised.record()?.logStart,
					}));
			return mergeLogs(sources, {lines, follow, signal, clock});
		},
		detach: async () => {
			await Promise.all([proxy.detach(), ...[...instances.values()].map(({supervised}) => supervised.detach())]);
			await writing;
			containers?.release();
			isDetached = true;
		},
	};
};

const isAlive = async ({pid, startTime}: ProcessRecord): Promise<boolean> =>
	(await processStartTime(pid)) === startTime;

const failed = ({id, service}: DesiredInstance, error: Error): RuntimeEvent => {
	const state: InstanceState = 'failed';
	return {kind: 'instance', id, service, state, note: error.message, ...adviceOf(error), forMs: 0};
};
