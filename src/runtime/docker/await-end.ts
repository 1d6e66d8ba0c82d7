// Hears of the end of a container, also over a restart of the engine.
import type Dockerode from 'dockerode';
import type {Clock} from '../../common/clock.ts';
import {ms} from '../../common/units.ts';
import type {ProcessExit} from '../spawn-in-group.ts';
import {statusCodeOf} from './status-code.ts';

const retryPause = ms(500);

/** Resolves when the container does not run any more. Never resolves after the signal was aborted. */
export const awaitEnd = async (
	container: Dockerode.Container,
	clock: Clock,
	signal: AbortSignal,
): Promise<ProcessExit> => {
	while (!signal.aborted) {
		try {
			await container.wait({condition: 'not-running', abortSignal: signal});
			return describeEnd((await container.inspect()).State);
		} catch (error) {
			if (statusCodeOf(error) === 404) {
				return {isSuccess: false, description: 'was removed'};
			}

			// The engine is away: asked again when it is back.
			await clock.sleep(retryPause, signal).catch(() => {});
		}
	}

	return new Promise(() => {});
};

const describeEnd = ({ExitCode, OOMKilled, Error: problem}: Dockerode.ContainerInspectInfo['State']): ProcessExit => {
	const description = OOMKilled
		? 'was killed: out of memory'
		: problem
			? problem
			: ExitCode === 137
				? 'was killed by SIGKILL'
				: `exited with ${ExitCode}`;
	return {isSuccess: ExitCode === 0 && !OOMKilled, description};
};
