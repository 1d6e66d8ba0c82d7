// A body that may be read again for another attempt, as long as little of it has passed.
import type {Body, BodyFlow, BodySink} from './body.ts';

export interface ReplayableBody {
	/** Gives the body for one attempt; the attempt before it, if it still reads, is broken off. */
	readonly read: () => Body;
	/** Whether another attempt would get the whole. */
	readonly canReplay: () => boolean;
	/** No further attempt comes, but the last one may still read: nothing more is kept, and when it cancels, so is the source. */
	readonly keepNoMore: () => void;
	/** Nobody reads any more: cancels the source if it flows. */
	readonly cancel: (reason: Error) => void;
}

/** Wraps a body; what passes is kept up to the limit in bytes. A body that nobody has started can always be read again. */
export const createReplayableBody = (source: Body, limit: number): ReplayableBody => {
	if (source.length === 0) {
		return {read: () => source, canReplay: () => true, keepNoMore: () => {}, cancel: () => {}};
	}

	let kept: Uint8Array[] | undefined = [];
	let size = 0;
	let isStarted = false;
	let isLast = false;
	let flow: BodyFlow | undefined;
	let ending: ((sink: BodySink) => void) | undefined;
	let isBroken = false;
	// Another object for each start: an attempt that is over must not end its successor.
	let reader: {readonly sink: BodySink} | undefined;
	// By the newest attempt, before the body ended.
	let wasGivenUp = false;

	const canReplay = (): boolean => kept !== undefined && !isBroken;

	const cancel = (reason: Error): void => flow?.cancel(reason);

	const endReader = (end: (sink: BodySink) => void): void => {
		const last = reader;
		reader = undefined;
		if (last) {
			end(last.sink);
		}
	};

	const keep = (chunk: Uint8Array): void => {
		size += chunk.length;
		if (size > limit || (isLast && reader)) {
			kept = undefined;
		}

		kept?.push(chunk);
	};

	const startSource = (): void => {
		isStarted = true;
		flow = source.start({
			onChunk: chunk => {
				keep(chunk);
				// Without a reader between two attempts, the source waits.
				return reader?.sink.onChunk(chunk) ?? false;
			},
			onEnd: trailers => {
				ending = sink => sink.onEnd(trailers);
				endReader(ending);
			},
			onError: error => {
				isBroken = true;
				ending = sink => sink.onError(error);
				endReader(ending);
			},
		});
	};

	const start = (sink: BodySink): BodyFlow => {
		endReader(last => last.onError(new Error('another attempt took over')));
		const mine = {sink};
		reader = mine;
		for (const chunk of kept ?? []) {
			sink.onChunk(chunk);
		}

		if (!isStarted) {
			startSource();
		} else if (ending) {
			endReader(ending);
		} else {
			flow?.resume();
		}

		return {
			resume: () => {
				if (reader === mine) {
					flow?.resume();
				}
			},
			cancel: reason => {
				if (reader !== mine) {
					return;
				}

				// This attempt is over; the source waits for the next one, if one may come.
				endReader(last => last.onError(reason));
				wasGivenUp = true;
				if (isLast || !canReplay()) {
					cancel(reason);
				}
			},
		};
	};

	return {
		read: () => {
			wasGivenUp = false;
			return {length: source.length, start};
		},
		canReplay,
		keepNoMore: () => {
			isLast = true;
			if (reader) {
				kept = undefined;
			} else if (wasGivenUp) {
				cancel(new Error('no attempt needs the rest of the body'));
			}
		},
		cancel,
	};
};
