// Reads the engine's progress of a pull or a build to its end.
import type Dockerode from 'dockerode';

export interface ProgressStep {
	/** Of a build: what it prints. */
	readonly stream?: string;
	/** Of a pull: `Downloading`, `Pull complete`. */
	readonly status?: string;
	/** Of a pull: the layer. */
	readonly id?: string;
	readonly progressDetail?: {readonly current?: number; readonly total?: number};
	readonly error?: string;
}

/** Resolves when it is done. Rejects with the engine's sentence when it failed, which the client does not by itself. */
export const followProgress = (
	docker: Dockerode,
	stream: NodeJS.ReadableStream,
	onStep: (step: ProgressStep) => void,
): Promise<void> =>
	new Promise((resolve, reject) => {
		docker.modem.followProgress(
			stream,
			(error: Error | null, steps: readonly ProgressStep[] | null) => {
				const failure = steps?.find(step => step.error !== undefined)?.error;
				if (error ?? failure) {
					reject(error ?? new Error(failure));
				} else {
					resolve();
				}
			},
			onStep,
		);
	});
