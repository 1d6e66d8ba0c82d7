// Bodies that a test pushes, and readers that write down what they hear.
import type {Body, BodyFlow} from '../../src/http/body.ts';
import {createPushBody, type PushBody} from '../../src/http/push-body.ts';

export interface PushedBody extends PushBody {
	/** What its source was told: `resume`, or `cancel: <reason>`. */
	readonly told: readonly string[];
}

/** Creates a body that the test pushes by hand. */
export const pushedBody = (length?: number): PushedBody => {
	const told: string[] = [];
	const pushed = createPushBody({
		length,
		onResume: () => {
			told.push('resume');
		},
		onCancel: reason => {
			told.push(`cancel: ${reason.message}`);
		},
	});
	return {...pushed, told};
};

export interface BodyReader {
	/** What came: chunks as text, then `end` with trailers, or `error: <reason>`. */
	readonly heard: readonly string[];
	readonly flow: BodyFlow;
}

/** Starts a body and writes down what it gives; asks it to wait after each chunk when told so. */
export const listenTo = (body: Body, isReady = true): BodyReader => {
	const heard: string[] = [];
	const flow = body.start({
		onChunk: chunk => {
			heard.push(new TextDecoder().decode(chunk));
			return isReady;
		},
		onEnd: trailers => {
			heard.push(['end', ...trailers].join(' '));
		},
		onError: error => {
			heard.push(`error: ${error.message}`);
		},
	});
	return {heard, flow};
};

/** Makes bytes of text. */
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
