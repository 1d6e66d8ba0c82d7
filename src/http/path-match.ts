// Matches a path: exactly, by whole segments, or by regular expression.
import {compileStringMatch} from './string-match.ts';

/** A prefix goes by segments, as Gateway API's PathPrefix: `/cart` matches `/cart` and `/cart/1`, not `/cartoon`. */
export interface PathMatch {
	readonly kind: 'exact' | 'prefix' | 'regex';
	readonly value: string;
}

/** Compiles a match of the path without its query. Throws re2js's syntax error on a regular expression that is none. */
export const compilePathMatch = (match: PathMatch): ((path: string) => boolean) => {
	switch (match.kind) {
		case 'prefix': {
			const base = match.value.endsWith('/') ? match.value.slice(0, -1) : match.value;
			return path => path === base || (path.startsWith(base) && path[base.length] === '/');
		}

		default:
			return compileStringMatch({kind: match.kind, value: match.value});
	}
};

/** Says the match in words: `under /cart`, `exactly /health`. */
export const explainPathMatch = (match: PathMatch): string => {
	switch (match.kind) {
		case 'exact':
			return `exactly ${match.value}`;
		case 'prefix':
			return `under ${match.value}`;
		case 'regex':
			return `matching /${match.value}/`;
	}
};
