// Brings different spellings of a path into one, so that rules cannot be passed by another spelling.
// Source: Istio, "Authorization Policy Normalization" (istio.io/latest/docs/reference/config/security/normalization) and
// ProxyPathNormalization in its MeshConfig. What the page leaves open follows Envoy: an escape that is none stays as it is.

/**
 * - `NONE`: the path stays as it came.
 * - `BASE`: escapes of letters, digits and `-._~` are decoded, once; `\` becomes `/`; `.` and `..` are resolved (RFC 3986, 5.2.4).
 * - `MERGE_SLASHES`: as BASE; then several slashes become one.
 * - `DECODE_AND_MERGE_SLASHES`: `%2F` and `%5C` are decoded first; then as MERGE_SLASHES.
 *
 * Istio's default is BASE, and so is ours.
 */
export type PathNormalization = 'NONE' | 'BASE' | 'MERGE_SLASHES' | 'DECODE_AND_MERGE_SLASHES';

export const defaultPathNormalization: PathNormalization = 'BASE';

/** Normalizes a path without its query. Undefined: the path holds `%00` and is to be refused with 400, under any option. A path that does not begin with a slash (`*`) stays as it is. */
export const normalizePath = (path: string, option: PathNormalization): string | undefined => {
	if (path.includes('%00')) {
		return undefined;
	}

	if (option === 'NONE' || !path.startsWith('/') || !needsWork(path)) {
		return path;
	}

	const decoded = path.includes('%') ? decodeOnce(path, option === 'DECODE_AND_MERGE_SLASHES') : path;
	const resolved = resolveDots(decoded.replaceAll('\\', '/'));
	return option === 'BASE' ? resolved : resolved.replace(/\/{2,}/g, '/');
};

/** Most paths have nothing to normalize. */
const needsWork = (path: string): boolean =>
	path.includes('%') || path.includes('\\') || path.includes('/.') || path.includes('//');

const decodeOnce = (path: string, decodesSlashes: boolean): string =>
	path.replace(/%([0-9a-f]{2})/gi, (escaped: string, digits: string) => {
		const character = String.fromCharCode(Number.parseInt(digits, 16));
		return /[\w.~-]/.test(character) || (decodesSlashes && /[/\\]/.test(character)) ? character : escaped;
	});

const resolveDots = (path: string): string => {
	if (!path.includes('/.')) {
		return path;
	}

	const kept: string[] = [];
	const segments = path.split('/').slice(1);
	for (const [index, segment] of segments.entries()) {
		const isLast = index === segments.length - 1;
		if (segment === '..') {
			kept.pop();
		}

		if (segment !== '..' && segment !== '.') {
			kept.push(segment);
		} else if (isLast) {
			// What a dot leads to is a folder.
			kept.push('');
		}
	}

	return `/${kept.join('/')}`;
};
