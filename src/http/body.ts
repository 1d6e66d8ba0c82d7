// A stream of bytes with back-pressure, whoever it comes from.

/** Takes what a body gives. Exactly one of `onEnd` and `onError` is called, once, last. */
export interface BodySink {
	/** Takes a chunk. False asks the source to wait for `flow.resume()`; the chunk itself is taken all the same. */
	readonly onChunk: (chunk: Uint8Array) => boolean;
	/** The body is complete. Trailers are empty when none came. */
	readonly onEnd: (trailers: readonly string[]) => void;
	/** The body broke off: what came before must not pass for the whole. */
	readonly onError: (error: Error) => void;
}

/** Steers a body that flows. */
export interface BodyFlow {
	/** Lets a waiting source go on. */
	readonly resume: () => void;
	/** Stops the source for good; the sink hears `onError` with the reason unless it has ended already. */
	readonly cancel: (reason: Error) => void;
}

/** A body that can be read once. */
export interface Body {
	/** How many bytes will come, when the sender said so; 0 for no body; undefined when unknown (chunked). */
	readonly length: number | undefined;
	/** Starts the flow. Throws when it was started before. The sink may be called before this returns. */
	readonly start: (sink: BodySink) => BodyFlow;
}

/** The body of a message that has none. */
export const emptyBody: Body = {
	length: 0,
	start: sink => {
		sink.onEnd([]);
		return {resume: () => {}, cancel: () => {}};
	},
};

/** Makes a body of bytes that are at hand. */
export const bodyOf = (content: string | Uint8Array): Body => {
	const chunk = typeof content === 'string' ? new TextEncoder().encode(content) : content;
	return {
		length: chunk.length,
		start: sink => {
			if (chunk.length > 0) {
				sink.onChunk(chunk);
			}

			sink.onEnd([]);
			return {resume: () => {}, cancel: () => {}};
		},
	};
};

/** Reads a body to its end. Rejects when it breaks off or grows beyond the limit in bytes. */
export const readBody = (body: Body, limit: number): Promise<Uint8Array> =>
	new Promise((resolve, reject) => {
		const chunks: Uint8Array[] = [];
		let size = 0;
		let flow: BodyFlow | undefined;
		let isTooLong = false;
		flow = body.start({
			onChunk: chunk => {
				size += chunk.length;
				if (size > limit) {
					isTooLong = true;
					flow?.cancel(new RangeError(`the body is longer than ${limit} bytes`));
					return false;
				}

				chunks.push(chunk);
				return true;
			},
			onEnd: () => {
				if (isTooLong) {
					reject(new RangeError(`the body is longer than ${limit} bytes`));
				} else {
					resolve(Buffer.concat(chunks));
				}
			},
			onError: reject,
		});
	});
