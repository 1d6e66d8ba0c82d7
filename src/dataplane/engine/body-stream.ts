// A body of ours as a stream, for engines that want one.
import {Readable} from 'node:stream';
import type {Body, BodyFlow} from '../../http/body.ts';

/** Gives a stream that starts the body when it is first read, so that an attempt that never connects leaves it whole. */
export const bodyStream = (body: Body): Readable => {
	let flow: BodyFlow | undefined;
	const stream = new Readable({
		read: () => {
			if (flow) {
				flow.resume();
				return;
			}

			flow = body.start({
				onChunk: chunk => stream.push(chunk),
				onEnd: () => stream.push(null),
				onError: error => stream.destroy(error),
			});
		},
		destroy: (error, done) => {
			flow?.cancel(error ?? new Error('the request is over'));
			done(error);
		},
	});
	return stream;
};
