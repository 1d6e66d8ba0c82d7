// Which fields must not come after a body: they would change how the message before them is read. Source: RFC 9110, 6.5.1.

const forbidden: ReadonlySet<string> = new Set([
	// Framing and routing
	'connection',
	'content-length',
	'host',
	'keep-alive',
	'proxy-connection',
	'te',
	'trailer',
	'transfer-encoding',
	'upgrade',
	// What the content is
	'content-encoding',
	'content-range',
	'content-type',
	// Who asks, and on which conditions
	'authorization',
	'cookie',
	'expect',
	'max-forwards',
	'proxy-authenticate',
	'proxy-authorization',
	'range',
	'set-cookie',
	'www-authenticate',
]);

/** Whether a field is refused in trailers, whatever the case of its name. */
export const isForbiddenTrailer = (name: string): boolean => forbidden.has(name.toLowerCase());
