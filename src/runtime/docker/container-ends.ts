// Hears of the ends of a mesh's containers by one stream of the engine's events, also over a restart of the engine.
import type Dockerode from 'dockerode';
import type {Clock} from '../../common/clock.ts';
import {ms} from '../../common/units.ts';
import type {ProcessExit} from '../spawn-in-group.ts';
import {type MeshName, meshLabel} from './labels.ts';
import {statusCodeOf} from './status-code.ts';

export interface ContainerEnds {
	/** Resolves when the container does not run any more. Never resolves after the signal was aborted. */
	readonly of: (container: Dockerode.Container, signal: AbortSignal) => Promise<ProcessExit>;
	readonly close: () => void;
}

const retryPause = ms(250);
// Should an event ever get lost.
const glance = ms(10_000);

/** Starts to listen. */
export const createContainerEnds = (docker: Dockerode, mesh: Pick<MeshName, 'id'>, clock: Clock): ContainerEnds => {
	const looks = new Set<() => void>();
	const life = new AbortController();
	const lookAtAll = (): void => {
		for (const look of [...looks]) {
			look();
		}
	};

	const listen = async (): Promise<void> => {
		while (!life.signal.aborted) {
			try {
				const stream = (await docker.getEvents({
					abortSignal: life.signal,
					filters: {type: ['container'], event: ['die', 'destroy'], label: [`${meshLabel}=${mesh.id}`]},
				})) as NodeJS.ReadableStream & {readonly destroy: () => void};
				// What happened while nobody listened.
				lookAtAll();
				await new Promise<void>(resolve => {
					stream.on('data', lookAtAll);
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

	void listen();
	glanceLater();
	return {
		of: (container, signal) =>
			new Promise(resolve => {
				const finish = (exit: ProcessExit): void => {
					leave();
					resolve(exit);
				};

				const look = (): void => {
					container.inspect().then(
						({State}) => {
							if (!State.Running && State.Status !== 'created') {
								finish(describeEnd(State));
							}
						},
						(error: unknown) => {
							if (statusCodeOf(error) === 404) {
								finish({isSuccess: false, description: 'was removed'});
							}
						},
					);
				};

				const leave = (): void => {
					looks.delete(look);
					signal.removeEventListener('abort', leave);
				};

				if (!signal.aborted) {
					looks.add(look);
					signal.addEventListener('abort', leave, {once: true});
					look();
				}
			}),
		close: () => life.abort(),
	};
};

const describeEnd = ({ExitCode, OOMKilled, Error: problem}: Dockerode.ContainerInspectInfo['State']): ProcessExit => ({
	isSuccess: ExitCode === 0 && !OOMKilled,
	description: OOMKilled
		? 'was killed: out of memory'
		: problem || (ExitCode === 137 ? 'was killed by SIGKILL' : `exited with ${ExitCode}`),
});
