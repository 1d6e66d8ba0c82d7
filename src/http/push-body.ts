// A body that somebody else pushes, chunk by chunk, as an event source does.
import type {Body, BodySink} from './body.ts';

export interface PushBody {
	readonly body: Body;
	/** Hands a chunk on. False asks the pusher to wait for `onResume`. */
	readonly push: (chunk: Uint8Array) => boolean;
	readonly end: (trailers: readonly string[]) => void;
	readonly fail: (error: Error) => void;
}

export interface PushBodyParts {
	readonly length: number | undefined;
	/** The reader is ready for more. */
	readonly onResume: () => void;
	/** The reader wants no more; the pusher is not asked for anything again. */
	readonly onCancel: (reason: Error) => void;
}

/** Creates a body; what is pushed before it is read waits. */
export const createPushBody = ({length, onResume, onCancel}: PushBodyParts): PushBody => {
	let sink: BodySink | undefined;
	let isOver = false;
	const early: ((sink: BodySink) => void)[] = [];

	const deliver = (event: (sink: BodySink) => void): void => {
		if (sink) {
			event(sink);
		} else {
			early.push(event);
		}
	};

	const finish = (event: (sink: BodySink) => void): void => {
		if (!isOver) {
			isOver = true;
			deliver(event);
		}
	};

	const start = (reader: BodySink) => {
		if (sink) {
			throw new Error('this body was read before');
		}

		sink = reader;
		for (const event of early.splice(0)) {
			event(reader);
		}

		onResume();
		return {
			resume: onResume,
			cancel: (reason: Error) => {
				if (!isOver) {
					isOver = true;
					onCancel(reason);
					reader.onError(reason);
				}
			},
		};
	};

	return {
		body: {length, start},
		push: chunk => {
			if (isOver) {
				return true;
			}

			if (sink) {
				return sink.onChunk(chunk);
			}

			early.push(reader => reader.onChunk(chunk));
			return false;
		},
		end: trailers => finish(reader => reader.onEnd(trailers)),
		fail: error => finish(reader => reader.onError(error)),
	};
};
