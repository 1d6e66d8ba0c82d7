// Follows a start until everything is ready, something has failed, or the mesh is gone.
import type {ApiClient} from '../../admin/api-client.ts';
import {MeshError} from '../../common/mesh-error.ts';
import type {Advice} from '../../model/advice.ts';
import type {MeshEvent} from '../../model/mesh-event.ts';
import type {MeshStatus} from '../../model/mesh-status.ts';

/** Whoever shows what happens. */
export interface StartDisplay {
	readonly take: (event: MeshEvent) => void;
	readonly end: (isKept: boolean) => void;
}

export interface WatchOptions {
	readonly client: Pick<ApiClient, 'status' | 'events' | 'logs'>;
	readonly display: StartDisplay;
	/** Aborted: the start is not waited for any longer; it ends as `gone`. */
	readonly signal?: AbortSignal;
	/** The instances that it is about; default: all, and until the mesh says that it is ready. */
	readonly only?: ReadonlySet<string>;
}

export type StartEnd =
	| {readonly kind: 'ready'}
	/** The events broke off, or the mesh was brought down. */
	| {readonly kind: 'gone'}
	| {
			readonly kind: 'failed';
			readonly instance: string;
			readonly message: string;
			/** Of its log; none when it was never started. */
			readonly lastLines: readonly string[];
			readonly advice?: Advice;
	  };

// Some wait in this way for others that they need; who still ends after about 8 s will hardly stop.
const mostRestarts = 6;
const tailLines = 20;

/** Resolves with what ended it. Why something failed is for the caller to tell. */
export const watchStart = async ({client, display, only, signal}: WatchOptions): Promise<StartEnd> => {
	const leave = new AbortController();
	const restarts = restartsSoFar(await client.status());
	const missing = new Set(only);
	try {
		for await (const event of client.events(signal ? AbortSignal.any([leave.signal, signal]) : leave.signal)) {
			if (only && event.kind === 'instance') {
				if (!only.has(event.instance)) {
					continue;
				}

				if (event.state === 'ready' || event.state === 'completed') {
					missing.delete(event.instance);
				} else {
					missing.add(event.instance);
				}
			}

			const failure = failureIn(event, restarts);
			if (failure !== undefined && event.kind === 'instance') {
				const {instance, service, state, forMs, advice} = event;
				display.take({kind: 'instance', instance, service, state, forMs});
				return {
					kind: 'failed',
					instance,
					message: failure,
					// What was not started has printed nothing.
					lastLines: advice ? [] : await lastLines(client, instance),
					...(advice && {advice}),
				};
			}

			display.take(event);
			if (only ? missing.size === 0 : event.kind === 'ready') {
				return {kind: 'ready'};
			}

			if (event.kind === 'stopping') {
				return {kind: 'gone'};
			}
		}

		return {kind: 'gone'};
	} finally {
		leave.abort();
		display.end(true);
	}
};

/** Why `up` or `restart` did not succeed. */
export const notReady = (end: Exclude<StartEnd, {readonly kind: 'ready'}>): MeshError =>
	end.kind === 'gone'
		? new MeshError({
				code: 'DM6016',
				message: 'the mesh ended while it was starting',
				remedy: 'Run `devmesh up` again.',
			})
		: new MeshError({
				code: end.advice?.code ?? 'DM6016',
				message: end.advice
					? end.message
					: [`${end.instance} did not become ready: ${end.message}`, ...end.lastLines.map(line => `  ${line}`)].join(
							'\n',
						),
				remedy: `${end.advice?.remedy ?? `See \`devmesh logs ${end.instance}\` for more, mend it and save: the mesh takes it at once.`} The rest of the mesh runs; \`devmesh down\` ends it.`,
			});

/** Of those that are not ready: an `up` that finds them in the middle of it does not count anew. */
const restartsSoFar = ({services}: MeshStatus): Map<string, number> =>
	new Map(
		services.flatMap(({instances}) =>
			instances.filter(({state}) => state !== 'ready').map(({id, restarts}) => [id, restarts]),
		),
	);

const failureIn = (event: MeshEvent, restarts: Map<string, number>): string | undefined => {
	if (event.kind !== 'instance') {
		return undefined;
	}

	const {instance, state, note, waitingFor} = event;
	if (state === 'restarting') {
		const count = (restarts.get(instance) ?? 0) + 1;
		restarts.set(instance, count);
		return count >= mostRestarts ? `it ended ${count} times: ${note ?? 'nobody knows why'}` : undefined;
	}

	if (state === 'paused') {
		return `it is paused, waiting for ${waitingFor ?? 'whoever did that'}`;
	}

	return state === 'failed' ? (note ?? waitingFor ?? 'it is not started again') : undefined;
};

const lastLines = async (client: Pick<ApiClient, 'logs'>, service: string): Promise<readonly string[]> => {
	const lines: string[] = [];
	for await (const {line} of client.logs({service, lines: tailLines, follow: false}, new AbortController().signal)) {
		lines.push(line);
	}

	return lines;
};
