// How a sidecar tells the one before it that a reply is its own and not its app's.
import {type Headers, headerValue, withHeader, withoutHeaders} from '../http/headers.ts';
import type {Reply} from '../http/reply.ts';
import type {FailureKind} from '../http/request-failure.ts';
import {type ResponseFlag, responseFlags} from '../http/response-flag.ts';

const name = 'x-devmesh-flag';

/** Marks a reply. */
export const withFlag = (reply: Reply, flag: ResponseFlag): Reply => ({
	...reply,
	headers: withHeader(reply.headers, name, flag),
});

/** Takes the mark off, whoever set it. */
export const withoutFlag = (reply: Reply): Reply =>
	headerValue(reply.headers, name) === undefined
		? reply
		: {...reply, headers: withoutHeaders(reply.headers, new Set([name]))};

/** Reads the mark. */
export const flagOf = (headers: Headers): ResponseFlag | undefined => {
	const value = headerValue(headers, name);
	return value !== undefined && Object.hasOwn(responseFlags, value) ? (value as ResponseFlag) : undefined;
};

/** The failures of the other side that are failures of this attempt, too: a retry may help. */
export const failureOfFlag = (flag: ResponseFlag): FailureKind | undefined => {
	switch (flag) {
		case 'UF':
		case 'UH':
			return 'connect-failure';
		case 'UC':
			return 'upstream-reset';
		default:
			return undefined;
	}
};
