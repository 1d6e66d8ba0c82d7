// Hears when a body has ended, well or badly.
import type {Body} from './body.ts';

/** Gives the same body; calls back once, when it has ended or broken off. A body that is never read never ends. */
export const whenBodyEnds = (body: Body, onEnd: (error: Error | undefined) => void): Body => ({
	length: body.length,
	start: sink =>
		body.start({
			onChunk: sink.onChunk,
			onEnd: trailers => {
				onEnd(undefined);
				sink.onEnd(trailers);
			},
			onError: error => {
				onEnd(error);
				sink.onError(error);
			},
		}),
});
