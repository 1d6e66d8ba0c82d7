// Tells whether one match takes every request of another. Says no where it cannot tell.
import type {PathMatch} from '../http/path-match.ts';
import {compilePathMatch} from '../http/path-match.ts';
import type {NamedMatch, RequestMatch} from '../routing/route.ts';

/** An empty list matches everything. */
export const coversMatches = (above: readonly RequestMatch[], below: readonly RequestMatch[]): boolean =>
	above.length === 0 ||
	(below.length === 0 ? [{}] : below).every(match => above.some(wider => coversMatch(wider, match)));

const coversMatch = (wider: RequestMatch, match: RequestMatch): boolean =>
	coversPath(wider.path, match.path) &&
	coversNames(wider.methods, match.methods) &&
	coversNames(wider.from, match.from) &&
	coversNamed(wider.headers, match.headers, name => name.toLowerCase()) &&
	coversNamed(wider.query, match.query, name => name);

const coversPath = (wider: PathMatch | undefined, path: PathMatch | undefined): boolean => {
	if (!wider || (wider.kind === 'prefix' && wider.value === '/')) {
		return true;
	}

	if (!path) {
		return false;
	}

	// A regular expression takes the same paths as itself; what it takes besides is not asked here.
	return wider.kind === 'prefix' && path.kind !== 'regex'
		? compilePathMatch(wider)(path.value)
		: wider.kind === path.kind && wider.value === path.value;
};

const coversNames = (wider: readonly string[] | undefined, names: readonly string[] | undefined): boolean =>
	!wider || (names?.every(name => wider.includes(name)) ?? false);

/** Each condition of the wider match must be one of the other, too. */
const coversNamed = (
	wider: readonly NamedMatch[] = [],
	conditions: readonly NamedMatch[] = [],
	fold: (name: string) => string,
): boolean => {
	const known = new Set(conditions.map(condition => keyOf(condition, fold)));
	return wider.every(condition => known.has(keyOf(condition, fold)));
};

const keyOf = ({name, match}: NamedMatch, fold: (name: string) => string): string =>
	JSON.stringify([fold(name), match]);
