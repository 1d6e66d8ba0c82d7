// Everything that can go wrong with one request, before it becomes a status code.

/**
 * The kinds of failure:
 * `bad-request` ambiguous or malformed; `too-large` a limit on sizes; `request-timeout` the client was too slow; `no-route`; `denied` by a policy;
 * `no-service` the backend does not exist; `no-healthy-upstream` no endpoint could take it; `connect-failure` refused, unreachable or no handshake: nothing was sent;
 * `upstream-reset` broke off before or within the reply; `upstream-timeout` the route's or the attempt's time was over; `client-gone`; `internal` a defect of devmesh.
 */
export type FailureKind =
	| 'bad-request'
	| 'too-large'
	| 'request-timeout'
	| 'no-route'
	| 'denied'
	| 'no-service'
	| 'no-healthy-upstream'
	| 'connect-failure'
	| 'upstream-reset'
	| 'upstream-timeout'
	| 'client-gone'
	| 'internal';

/** A request that failed; thrown by filters and forwarders, turned into a reply in one place. */
export class RequestFailure extends Error {
	override readonly name = 'RequestFailure';
	readonly kind: FailureKind;

	/** The message is one sentence for the client, without a full stop and without secrets. */
	constructor(kind: FailureKind, message: string, cause?: unknown) {
		super(message, {cause});
		this.kind = kind;
	}
}
