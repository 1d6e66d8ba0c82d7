// An instance as a pod: pause, sidecar and app. The sidecar is started again beside an app that goes on.
import {readFile} from 'node:fs/promises';
import type Dockerode from 'dockerode';
import type {Clock} from '../../common/clock.ts';
import type {Log} from '../../common/log.ts';
import {MeshError} from '../../common/mesh-error.ts';
import {ms} from '../../common/units.ts';
import type {FileConfig} from '../../model/container-config.ts';
import type {HealthConfig} from '../../model/mesh-config.ts';
import type {PodConfig} from '../../model/pod.ts';
import type {InstanceBody, StartedBody} from '../instance-body.ts';
import {lastLines} from '../read-log.ts';
import type {ProcessExit} from '../spawn-in-group.ts';
import {askPod} from './ask-pod.ts';
import type {SidecarBootstrap} from './bootstrap-volume.ts';
import type {ContainerEnds} from './container-ends.ts';
import {asFullDisk} from './engine-errors.ts';
import {followLog, type LogFollower} from './follow-log.ts';
import {ensureVolumes} from './mesh-volumes.ts';
import {
	appName,
	appOptions,
	type PodContext,
	type PodInstance,
	pauseIsReady,
	pauseName,
	pauseOptions,
	sidecarName,
	sidecarOptions,
} from './pod-containers.ts';
import {type PutFile, putFiles} from './put-files.ts';
import {ignoreGone, ignoreStarted, statusCodeOf} from './status-code.ts';

export interface PodTools extends PodContext {
	readonly docker: Dockerode;
	readonly ends: ContainerEnds;
	readonly clock: Clock;
	readonly log: Log;
	/** The user's own, for secrets that come from there. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Finds, pulls or builds the image of an instance. Throws MeshError. */
	readonly imageOf: (instance: PodInstance) => Promise<string>;
	/** What every sidecar starts from, as JSON. */
	readonly bootstrapOf: () => string;
	readonly bootstrap: SidecarBootstrap;
	/** Asks through the sidecar. */
	readonly ask: AskSidecar;
	/** Whether the sidecar of an instance has its snapshot. */
	readonly isServing: (instance: string) => boolean;
	readonly logFile: string;
	/** Of pauses and sidecars. */
	readonly proxyLogFile: string;
	/** A sidecar runs again, or for the first time. */
	readonly onSidecar: (instance: string) => void;
}

/** Asks the app beside a sidecar, or one without a sidecar at its address: undefined when it is ready, else what is in the way. */
export type AskSidecar = (
	instance: string,
	target: {readonly port: number; readonly path?: string; readonly address?: string},
	timeoutMs: number,
) => Promise<string | undefined>;

/** Creates the body of an instance; nothing runs yet. */
export const createPodBody = (first: PodInstance, health: HealthConfig, tools: PodTools): InstanceBody => {
	const {docker, clock, mesh, log, logFile, proxyLogFile} = tools;
	let instance = first;
	/** What the packet rules of its pause know of. */
	let ruled = first.pod;
	const app = docker.getContainer(appName(mesh, instance.id));
	const pause = docker.getContainer(pauseName(mesh, instance.id));
	const sidecar = docker.getContainer(sidecarName(mesh, instance.id));
	const followers = new Set<LogFollower>();
	let life = new AbortController();
	let preparing: Promise<void> | undefined;
	/** Of one that is prepared, the app starts when somebody asks for it. */
	let isAppDue = false;
	// Made or taken over by this control plane. Another one's may hold certificates of a root that is lost.
	let isOurs = false;

	const follow = async (container: Dockerode.Container, file: string, tty: boolean, since?: string) => {
		const follower = await followLog(container, file, {tty, ...(since !== undefined && {since})});
		keepFollower(follower);
		return follower;
	};

	const keepFollower = (follower: LogFollower): void => {
		followers.add(follower);
		void follower.done.then(() => followers.delete(follower));
	};

	const removeAll = async (): Promise<void> => {
		life.abort();
		// Those inside first: the owner's end would leave them in a namespace without rules.
		await Promise.all([app, sidecar].map(container => container.remove({force: true, v: true}).catch(ignoreGone)));
		await pause.remove({force: true, v: true}).catch(ignoreGone);
	};

	const stateOf = async (
		container: Dockerode.Container,
	): Promise<Dockerode.ContainerInspectInfo['State'] | undefined> =>
		(await container.inspect().catch(ignoreGone))?.State;

	const isRunning = async (container: Dockerode.Container): Promise<boolean> =>
		(await stateOf(container))?.Running === true;

	/** Whether what was started then lives in the namespace that there is now: one that was started anew is another. */
	const hasNamespace = async (startedAt: string): Promise<boolean> => {
		const state = await stateOf(pause);
		return state?.Running === true && Date.parse(state.StartedAt) <= Date.parse(startedAt);
	};

	const keepSidecar = async (signal: AbortSignal): Promise<void> => {
		let pauseMs = 0;
		while (!signal.aborted) {
			const begunAt = clock.now();
			const {description} = await tools.ends.of(sidecar, signal);
			log.write('warn', 'a sidecar was lost', {sidecar: instance.id, reason: description});
			pauseMs = clock.now() - begunAt > 5000 ? 0 : Math.min(5000, Math.max(50, pauseMs * 2));
			await clock.sleep(ms(pauseMs), signal);
			try {
				// An app that has lost its namespace is about to be started again as a whole.
				if (!(await isRunning(pause))) {
					return;
				}

				await sidecar.start().catch(ignoreGone);
				await follow(sidecar, proxyLogFile, false, new Date(clock.wall()).toISOString());
				tools.onSidecar(instance.id);
			} catch (error) {
				// The engine went away; once it is back, its end is heard again.
				log.write('error', 'a sidecar could not be started again', {sidecar: instance.id, error: String(error)});
			}
		}
	};

	const watchSidecar = (): void => {
		if (instance.pod.sidecar) {
			keepSidecar(life.signal).catch(() => {
				// It was let go.
			});
		}
	};

	/** The engine would say that somebody's namespace cannot be joined; what matters is why its owner has ended. */
	const explainPause = async (error: unknown): Promise<never> => {
		const state = (await pause.inspect().catch(() => undefined))?.State;
		if (!state || state.Running || state.Status === 'created') {
			throw error;
		}

		const lines = (await lastLines(proxyLogFile, 5)).filter(line => !line.startsWith('{'));
		throw new MeshError({
			code: 'DM5125',
			message: `${instance.id} cannot start: its pause container ended with ${state.ExitCode}\n${lines.join('\n')}`,
			remedy: 'Its packet rules need nf_tables in the kernel of the engine.',
			cause: error,
		});
	};

	const create = async (): Promise<void> => {
		await removeAll();
		const [image] = await Promise.all([tools.imageOf(instance), ensureVolumes(docker, mesh, instance.container)]);
		life = new AbortController();
		ruled = instance.pod;
		isOurs = true;
		await docker.createContainer(pauseOptions(instance, tools));
		await Promise.all([createApp(image), instance.pod.sidecar ? createSidecar() : undefined, startPause()]);
		try {
			// One after the other is not needed: what the app calls too early is refused until the sidecar listens.
			await Promise.all([isAppDue && app.start(), instance.pod.sidecar && sidecar.start()]);
		} catch (error) {
			await explainPause(error);
		}

		if (instance.pod.sidecar) {
			await follow(sidecar, proxyLogFile, false);
		}

		tools.onSidecar(instance.id);
		watchSidecar();
	};

	/** Resolves when its packet rules are in place, or when it has ended without: before that, nobody may join it. */
	const startPause = async (): Promise<void> => {
		await pause.start();
		let said = '';
		let note = (): void => {};
		const ready = new Promise<void>(resolve => {
			note = resolve;
		});
		const follower = await followLog(pause, proxyLogFile, {
			tty: false,
			onPiece: piece => {
				said += piece;
				if (said.includes(pauseIsReady)) {
					note();
				}
			},
		});
		keepFollower(follower);
		await Promise.race([ready, follower.done]);
		await addRules();
	};

	/** Whatever has come since the running pause was made. */
	const addRules = async (): Promise<void> => {
		const addition = addedTo(ruled, instance.pod);
		ruled = instance.pod;
		if (!addition) {
			return;
		}

		const exec = await pause.exec({
			Cmd: ['node', '/devmesh/pause.js', '--add', JSON.stringify(addition)],
			User: '0',
			AttachStdout: true,
			AttachStderr: true,
		});
		(await exec.start({})).resume();
	};

	const createSidecar = async (): Promise<void> => {
		await docker.createContainer(sidecarOptions(instance, tools));
		await tools.bootstrap.ensure(sidecar, tools.bootstrapOf());
	};

	const createApp = async (image: string): Promise<void> => {
		await docker.createContainer(appOptions(instance, image, tools));
		const files = await Promise.all(instance.container.files.map(file => readGranted(file, tools.environment)));
		if (files.length > 0) {
			await putFiles(app, '/', files);
		}
	};

	/** The app's end, or the end of the namespace that it lives in. */
	const endOf = async (startedAt: string, signal: AbortSignal): Promise<ProcessExit> => {
		const done = new AbortController();
		const either = AbortSignal.any([signal, done.signal]);
		try {
			return await Promise.race([
				tools.ends.of(app, either, startedAt),
				tools.ends.of(pause, either).then(({description}) => ({
					isSuccess: false,
					description: `lost its namespace: the pause container ${description}`,
				})),
			]);
		} finally {
			done.abort();
		}
	};

	const startAll = async (): Promise<StartedBody> => {
		isAppDue = true;
		await preparing;
		preparing = undefined;
		const isThere = isOurs && (await isRunning(pause)) && (await stateOf(app)) !== undefined;
		// Somebody else may have started it again already.
		await (isThere ? app.start().catch(ignoreStarted) : create());
		const {State} = await app.inspect();
		const {start} = await follow(app, logFile, instance.container.tty, isThere ? State.StartedAt : undefined);
		return {
			record: {pid: State.Pid, startTime: State.StartedAt, logStart: start},
			exit: endOf(State.StartedAt, life.signal),
		};
	};

	return {
		prepare: () => {
			preparing = create();
			// Told by the start.
			preparing.catch(() => {});
		},
		start: async () => {
			try {
				return await startAll();
			} catch (error) {
				await removeAll().catch(() => {});
				const known = asFullDisk(error);
				throw known instanceof MeshError ? known : explainStart(instance, known);
			}
		},
		awaitExit: async ({startTime}, signal) => {
			isOurs = true;
			watchSidecar();
			if (instance.pod.sidecar && !(await isRunning(sidecar))) {
				await sidecar.start().catch(ignoreGone);
			}

			await follow(app, logFile, instance.container.tty, new Date(clock.wall()).toISOString());
			await follow(sidecar, proxyLogFile, false, new Date(clock.wall()).toISOString()).catch(ignoreGone);
			return (await hasNamespace(startTime).catch(() => true))
				? endOf(startTime, signal)
				: {isSuccess: false, description: 'lost its namespace: the pause container was started anew'};
		},
		awaitStart: signal => tools.ends.started(app, signal),
		watchPaused: (tell, signal) =>
			tools.ends.watchPaused(
				app,
				isPaused => tell(isPaused ? `docker unpause ${appName(mesh, instance.id)}` : undefined),
				signal,
			),
		ask: async logStart =>
			// Whoever calls it goes through the sidecar.
			instance.pod.sidecar && !tools.isServing(instance.id)
				? 'its sidecar is starting'
				: askPod(health, {instance, app, logFile, logStart, ask: tools.ask, clock}),
		refresh: async ({pod, appPort}) => {
			// A pause that is started anew takes the rules of now; one that is about to run is told when it does.
			instance = pod ? {...instance, pod, appPort} : instance;
			if (await isRunning(pause)) {
				await addRules();
			}
		},
		clear: async ({startTime}) => {
			// What is left of a job or of a lost namespace is of no use.
			if (instance.job || !(await hasNamespace(startTime))) {
				await removeAll();
			}
		},
		stop: async () => {
			life.abort();
			await preparing?.catch(() => {});
			await app.stop({t: Math.ceil(instance.stopGraceMs / 1000)}).catch(ignoreGone);
			await removeAll();
			await Promise.all([...followers].map(({done}) => done));
		},
		release: () => {
			life.abort();
			for (const follower of followers) {
				follower.close();
			}
		},
	};
};

/** What the rules of a running pod lack; undefined when it is nothing. */
const addedTo = (before: PodConfig, now: PodConfig): object | undefined => {
	const capturePorts = Object.entries(now.capturePorts).filter(([port]) => !Object.hasOwn(before.capturePorts, port));
	const plainPorts = Object.entries(now.plainPorts).filter(([port]) => !Object.hasOwn(before.plainPorts, port));
	const openPorts = now.inboundPorts.filter(port => !before.inboundPorts.includes(port));
	const meshUdpPorts = now.udpPorts.filter(port => !before.udpPorts.includes(port));
	return capturePorts.length + plainPorts.length + openPorts.length + meshUdpPorts.length === 0
		? undefined
		: {
				capturePorts: Object.fromEntries(capturePorts),
				plainPorts: Object.fromEntries(plainPorts),
				openPorts,
				meshUdpPorts,
			};
};

const readGranted = async (
	{target, source, uid = 0, gid = 0, mode = 0o444}: FileConfig,
	environment: Readonly<Record<string, string | undefined>>,
): Promise<PutFile> => {
	const contentOf = async (): Promise<string | Buffer> => {
		switch (source.kind) {
			case 'text':
				return source.text;
			case 'variable':
				return environment[source.name] ?? '';
			case 'file':
				return readFile(source.path);
		}
	};

	return {path: target, content: await contentOf(), mode, uid, gid};
};

const explainStart = ({id}: PodInstance, error: unknown): Error => {
	if (statusCodeOf(error) === undefined) {
		return error as Error;
	}

	const message = (error as Error).message
		.replace(/^\(HTTP code \d+\)\s*(server error|unexpected|bad parameter)?\s*-?\s*/, '')
		.trim();
	const isPortTaken = /port is already allocated|address already in use/.test(message);
	return new MeshError({
		code: isPortTaken ? 'DM5124' : 'DM5123',
		message: `${id} cannot start: ${message}`,
		remedy: isPortTaken
			? 'Stop who uses the port, or publish another one.'
			: 'Correct what the engine complains of, and save the config.',
		cause: error,
	});
};
