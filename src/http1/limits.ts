// How much of a message is taken before it is refused.

export interface Http1Limits {
	/** Of a request line or status line with its line end, in bytes. Default: 16 KiB. */
	readonly startLineBytes: number;
	/** Of one field line with its line end, in bytes. Default: 32 KiB. */
	readonly fieldBytes: number;
	/** Of a whole head, start line included, in bytes. Default: 64 KiB. */
	readonly headBytes: number;
	/** Of a head, in fields. Default: 200. */
	readonly headFields: number;
	/** Of a body without its framing, in bytes. Default: Infinity. */
	readonly bodyBytes: number;
	/** Of all chunk extensions of one body together, in bytes. Default: 4 KiB. */
	readonly chunkExtensionBytes: number;
	/** Of all trailer fields of one body together, in bytes. Default: 16 KiB. */
	readonly trailerBytes: number;
	/** Of the trailers, in fields. Default: 64. */
	readonly trailerFields: number;
	/** How many 1xx replies may come before a final one. Default: 32. */
	readonly interimReplies: number;
}

export const defaultLimits: Http1Limits = {
	startLineBytes: 16 * 1024,
	fieldBytes: 32 * 1024,
	headBytes: 64 * 1024,
	headFields: 200,
	bodyBytes: Number.POSITIVE_INFINITY,
	chunkExtensionBytes: 4 * 1024,
	trailerBytes: 16 * 1024,
	trailerFields: 64,
	interimReplies: 32,
};
