// Turns every failure of a request into a reply: the one map from kinds to status codes and Envoy's response flags.
import {assertNever} from '../common/assert-never.ts';
import {type Reply, textReply} from '../http/reply.ts';
import {type FailureKind, RequestFailure} from '../http/request-failure.ts';
import type {ResponseFlag} from '../http/response-flag.ts';

export interface FailureAnswer {
	readonly status: number;
	readonly flag: ResponseFlag | undefined;
}

/** Gives status and flag of a kind. Source: Envoy, "Response flags"; 408, 413 and 400 by RFC 9110. */
export const failureAnswer = (kind: FailureKind): FailureAnswer => {
	switch (kind) {
		case 'bad-request':
			return {status: 400, flag: 'IH'};
		case 'request-timeout':
			return {status: 408, flag: undefined};
		case 'too-large':
			return {status: 413, flag: undefined};
		case 'no-route':
			return {status: 404, flag: 'NR'};
		case 'denied':
			return {status: 403, flag: 'UAEX'};
		case 'no-service':
			return {status: 503, flag: 'NC'};
		case 'no-healthy-upstream':
			return {status: 503, flag: 'UH'};
		case 'connect-failure':
			return {status: 503, flag: 'UF'};
		case 'upstream-reset':
			return {status: 503, flag: 'UC'};
		case 'upstream-timeout':
			return {status: 504, flag: 'UT'};
		// Nobody reads it; the number is nginx's, for the log.
		case 'client-gone':
			return {status: 499, flag: 'DC'};
		case 'internal':
			return {status: 500, flag: undefined};
		default:
			return assertNever(kind);
	}
};

/** Calls whatever was thrown a RequestFailure; what is none is a defect of devmesh. */
export const asFailure = (error: unknown): RequestFailure =>
	error instanceof RequestFailure ? error : new RequestFailure('internal', 'devmesh failed; its log says why', error);

/** Answers a failure with one sentence. */
export const failureReply = ({kind, message}: RequestFailure): Reply => {
	const {status} = failureAnswer(kind);
	return textReply(
		status,
		`devmesh: ${message}\n`,
		kind === 'bad-request' || kind === 'request-timeout' ? ['connection', 'close'] : [],
	);
};
