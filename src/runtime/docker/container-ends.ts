// Hears of the ends, starts and pauses of a mesh's containers by one stream of the engine's events, also over a restart of the engine.
import type Dockerode from 'dockerode';
import type {Clock} from '../../common/clock.ts';
import {createJsonLines} from '../../common/json-lines.ts';
import {ms} from '../../common/units.ts';
import type {ProcessExit} from '../spawn-in-group.ts';
import {type MeshName, meshLabel} from './labels.ts';
import {statusCodeOf} from './status-code.ts';

export interface ContainerEnds {
	/**
	 * Resolves when the container does not run any more, or was started anew since `startedAt`: as the engine says it; default: since now.
	 * Never resolves after the signal was aborted.
	 */
	readonly of: (container: Dockerode.Container, signal: AbortSignal, startedAt?: string) => Promise<ProcessExit>;
	/** Resolves when a container that has ended runs again. Never resolves after the signal was aborted. */
	readonly started: (container: Dockerode.Container, signal: AbortSignal) => Promise<void>;
	/** Tells whenever somebody pauses the container or lets it go on, and at once when it is paused. */
	readonly watchPaused: (
		container: Dockerode.Container,
		tell: (isPaused: boolean) => void,
		signal: AbortSignal,
	) => void;
	readonly close: () => void;
}

const retryPause = ms(250);
// Should an event ever get lost.
const glance = ms(10_000);

/** Starts to listen. */
export const createContainerEnds = (docker: Dockerode, mesh: Pick<MeshName, 'id'>, clock: Clock): ContainerEnds => {
	/** With the name of the container that each looks at. */
	const looks = new Map<() => void, string>();
	const life = new AbortController();
	const lookAt = (isMeant: (name: string) => boolean): void => {
		for (const [look, name] of [...looks]) {
			if (isMeant(name)) {
				look();
			}
		}
	};

	const lookAtAll = (): void => lookAt(() => true);

	const listen = async (): Promise<void> => {
		while (!life.signal.aborted) {
			try {
				const stream = (await docker.getEvents({
					abortSignal: life.signal,
					filters: {
						type: ['container'],
						event: ['die', 'destroy', 'start', 'pause', 'unpause'],
						label: [`${meshLabel}=${mesh.id}`],
					},
				})) as NodeJS.ReadableStream & {readonly destroy: () => void};
				// What happened while nobody listened.
				lookAtAll();
				await new Promise<void>(resolve => {
					// When dozens of one mesh start at once, looking at all for each event would be a thousand requests.
					const take = createJsonLines(event => {
						const about = (event as EngineEvent).Actor?.Attributes?.name;
						lookAt(name => about === undefined || name === about);
					});
					stream.setEncoding('utf8');
					stream.on('data', (piece: string) => {
						try {
							take(piece);
						} catch {
							// Not to be read: it begins anew, with a look at all.
							stream.destroy();
						}
					});
					stream.once('end', resolve);
					stream.once('close', resolve);
					stream.once('error', () => resolve());
					life.signal.addEventListener('abort', () => stream.destroy(), {once: true});
				});
			} catch {
				// The engine is away.
			}

			await clock.sleep(retryPause, life.signal).catch(() => {});
		}
	};

	const glanceLater = (): void => {
		const cancel = clock.after(glance, () => {
			lookAtAll();
			if (!life.signal.aborted) {
				glanceLater();
			}
		});
		life.signal.addEventListener('abort', cancel, {once: true});
	};

	/** Looks at once, and whenever something happened, until the signal is aborted or it has seen enough. */
	const lookOn = (
		container: Dockerode.Container,
		signal: AbortSignal,
		/** True: seen enough. Undefined: the container is gone. */
		see: (state: State | undefined) => boolean,
	): void => {
		const look = (): void => {
			container.inspect().then(
				({State}) => take(State),
				(error: unknown) => {
					if (statusCodeOf(error) === 404) {
						take(undefined);
					}
				},
			);
		};

		const take = (state: State | undefined): void => {
			if (looks.has(look) && see(state)) {
				leave();
			}
		};

		const leave = (): void => {
			looks.delete(look);
			signal.removeEventListener('abort', leave);
		};

		if (!signal.aborted) {
			looks.set(look, container.id);
			signal.addEventListener('abort', leave, {once: true});
			look();
		}
	};

	void listen();
	glanceLater();
	return {
		of: (container, signal, startedAt) =>
			new Promise(resolve => {
				let begunAt = startedAt;
				lookOn(container, signal, state => {
					begunAt ??= state?.StartedAt;
					const exit = describeEnd(state, begunAt);
					if (exit) {
						resolve(exit);
					}

					return exit !== undefined;
				});
			}),
		started: (container, signal) =>
			new Promise(resolve => {
				lookOn(container, signal, state => {
					if (state?.Running) {
						resolve();
					}

					return state?.Running ?? true;
				});
			}),
		watchPaused: (container, tell, signal) => {
			let isPaused = false;
			lookOn(container, signal, state => {
				if (state?.Running && state.Paused !== isPaused) {
					isPaused = state.Paused;
					tell(isPaused);
				}

				return state === undefined;
			});
		},
		close: () => life.abort(),
	};
};

interface EngineEvent {
	readonly Actor?: {readonly Attributes?: {readonly name?: string}};
}

type State = Dockerode.ContainerInspectInfo['State'];

/** Undefined while the run that began then goes on. */
const describeEnd = (state: State | undefined, startedAt: string | undefined): ProcessExit | undefined => {
	if (!state) {
		return {isSuccess: false, description: 'was removed'};
	}

	if (state.Running || state.Status === 'created') {
		// Who stops and starts it within a moment leaves no other trace.
		return state.StartedAt === startedAt
			? undefined
			: {isSuccess: false, description: 'was started anew', isRunningAgain: true};
	}

	const {ExitCode, OOMKilled, Error: problem} = state;
	return {
		isSuccess: ExitCode === 0 && !OOMKilled,
		description: OOMKilled
			? 'was killed: out of memory'
			: problem || (ExitCode === 137 ? 'was killed by SIGKILL' : `exited with ${ExitCode}`),
	};
};
