// Counts the bytes of a body as they pass.
import type {Body} from './body.ts';

export interface ByteCount {
	bytes: number;
}

/** Gives the same body; what passes is added to the count. */
export const countedBody = (body: Body, count: ByteCount): Body =>
	body.length === 0
		? body
		: {
				length: body.length,
				start: sink =>
					body.start({
						onChunk: chunk => {
							count.bytes += chunk.length;
							return sink.onChunk(chunk);
						},
						onEnd: sink.onEnd,
						onError: sink.onError,
					}),
			};
