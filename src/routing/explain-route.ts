// Says in one sentence what a route does.
import {explainPathMatch} from '../http/path-match.ts';
import {explainStringMatch} from '../http/string-match.ts';
import type {RequestMatch, Route, WeightedBackend} from './route.ts';

/** `GET under /cart from web → cart v1 (90 %) or cart v2 (10 %), give up after 2 s`. */
export const explainRoute = (route: Route, filters: readonly string[]): string => {
	const match = route.matches.length === 0 ? 'every request' : route.matches.map(explainMatch).join(' or ');
	return `${match} → ${[explainBackends(route.backends), ...filters].join(', ')}`;
};

/** `GET or HEAD under /cart with end-user is "jason" from web`. */
export const explainMatch = ({methods, path, headers, query, from}: RequestMatch): string => {
	const words = [
		methods?.join(' or '),
		path && explainPathMatch(path),
		headers?.length && `with ${headers.map(({name, match}) => `${name} ${explainStringMatch(match)}`).join(' and ')}`,
		query?.length && `with ?${query.map(({name, match}) => `${name} ${explainStringMatch(match)}`).join(' and ?')}`,
		from && `from ${from.join(' or ')}`,
	].filter(Boolean);
	return words.length === 0 ? 'every request' : words.join(' ');
};

const explainBackends = (backends: readonly WeightedBackend[]): string => {
	const sum = backends.reduce((total, {weight}) => total + weight, 0);
	const used = backends.filter(({weight}) => weight > 0);
	const name = ({service, version}: WeightedBackend): string =>
		version === undefined ? service : `${service} ${version}`;
	return used.length === 1
		? used.map(name).join('')
		: used.map(backend => `${name(backend)} (${Number(((backend.weight / sum) * 100).toFixed(2))} %)`).join(' or ');
};
