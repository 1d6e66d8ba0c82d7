// Matches the host that a client asks for, as Gateway API's hostnames.

/** Gives the host of an authority: without its port, in lower case, without the dot of a fully qualified name. */
export const hostOf = (authority: string): string => authority.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();

/**
 * Says how well a pattern fits a host; higher is better, 0 is not at all. An exact name goes before every wildcard, a longer wildcard before a shorter one, `*` last.
 * `*.shop.localhost` stands for one or more labels before `.shop.localhost`.
 */
export const hostFit = (pattern: string, host: string): number => {
	if (pattern === '*') {
		return 1;
	}

	if (pattern.startsWith('*.')) {
		const ending = pattern.slice(1);
		return host.length > ending.length && host.endsWith(ending) ? 1 + ending.length : 0;
	}

	return pattern === host ? Number.POSITIVE_INFINITY : 0;
};
