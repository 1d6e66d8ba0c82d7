// A body that may be read again for another attempt, as long as little of it has passed.
import type {Body, BodyFlow, BodySink} from './body.ts';

export interface ReplayableBody {
	/** Gives the body for one attempt. */
	readonly read: () => Body;
	/** Whether another attempt would get the whole. */
	readonly canReplay: () => boolean;
}

/** Wraps a body; what passes is kept up to the limit in bytes. A body that nobody has started can always be read again. */
export const createReplayableBody = (source: Body, limit: number): ReplayableBody => {
	if (source.length === 0) {
		return {read: () => source, canReplay: () => true};
	}

	let kept: Uint8Array[] | undefined = [];
	let size = 0;
	let flow: BodyFlow | undefined;
	let isStarted = false;
	let ending: ((sink: BodySink) => void) | undefined;
	let isBroken = false;
	let reader: BodySink | undefined;

	const startSource = (): void => {
		isStarted = true;
		flow = source.start({
			onChunk: chunk => {
				size += chunk.length;
				if (size > limit) {
					kept = undefined;
				}

				kept?.push(chunk);
				// Without a reader between two attempts, the source waits.
				return reader?.onChunk(chunk) ?? false;
			},
			onEnd: trailers => {
				ending = sink => sink.onEnd(trailers);
				reader?.onEnd(trailers);
			},
			onError: error => {
				isBroken = true;
				ending = sink => sink.onError(error);
				reader?.onError(error);
			},
		});
	};

	const read = (): Body => ({
		length: source.length,
		start: sink => {
			reader = sink;
			for (const chunk of kept ?? []) {
				sink.onChunk(chunk);
			}

			if (!isStarted) {
				startSource();
			} else if (ending) {
				ending(sink);
			} else {
				flow?.resume();
			}

			return {
				resume: () => flow?.resume(),
				cancel: reason => {
					// This attempt is over; the source waits for the next one.
					if (reader === sink) {
						reader = undefined;
						sink.onError(reason);
					}
				},
			};
		},
	});

	return {read, canReplay: () => kept !== undefined && !isBroken};
};
