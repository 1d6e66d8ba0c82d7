// How the end of a body is known. Source: RFC 9112, 6.3.

export type Framing =
	/** There is no body. */
	| {readonly kind: 'none'}
	/** Content-Length. */
	| {readonly kind: 'length'; readonly bytes: number}
	| {readonly kind: 'chunked'}
	/** Of replies: it ends with the connection. */
	| {readonly kind: 'until-close'}
	/** What follows is no HTTP any more: 101, or 2xx to CONNECT. */
	| {readonly kind: 'tunnel'};

export const noBody: Framing = {kind: 'none'};
export const chunked: Framing = {kind: 'chunked'};
export const untilClose: Framing = {kind: 'until-close'};
export const tunnel: Framing = {kind: 'tunnel'};
