// Walks over every match of the file.
import type {ConfigPath} from '../finding.ts';
import type {PathMatchInput, RequestMatchInput, StringMatchInput} from '../schema/match.ts';
import type {MeshInput} from '../schema/mesh.ts';

export interface Placed<Match> {
	readonly path: ConfigPath;
	readonly match: Match;
}

/** Lists what requests are matched by. */
export const placedRequestMatches = ({
	routes = [],
	faults = [],
	ingress = [],
}: MeshInput): readonly Placed<RequestMatchInput>[] => [
	...routes.flatMap(({match}, index) => placedIn(['routes', index, 'match'], match)),
	...faults.flatMap(({match}, index) => placedIn(['faults', index, 'match'], match)),
	...ingress.flatMap(({routes: edge = []}, host) =>
		edge.flatMap(({match}, index) => placedIn(['ingress', host, 'routes', index, 'match'], match)),
	),
];

/** Lists the matches of paths, those of policies too. */
export const allPathMatches = (input: MeshInput): readonly Placed<PathMatchInput>[] => [
	...placedRequestMatches(input).flatMap(({path, match}) =>
		match.path === undefined ? [] : [{path: [...path, 'path'], match: match.path}],
	),
	...(input.policies?.authorization ?? []).flatMap(({allow}, index) =>
		allow.flatMap(({paths = []}, rule) =>
			placedIn(['policies', 'authorization', index, 'allow', rule, 'paths'], paths),
		),
	),
];

/** Lists the matches that are more than a text, of paths, headers and query parameters. */
export const allMatches = (input: MeshInput): readonly Placed<Exclude<StringMatchInput | PathMatchInput, string>>[] => [
	...allPathMatches(input).flatMap(({path, match}) => (typeof match === 'string' ? [] : [{path, match}])),
	...placedRequestMatches(input).flatMap(({path, match: {headers = {}, query = {}}}) => [
		...namedIn([...path, 'headers'], headers),
		...namedIn([...path, 'query'], query),
	]),
];

const placedIn = <Match>(path: ConfigPath, matches: readonly Match[] = []): readonly Placed<Match>[] =>
	matches.map((match, index) => ({path: [...path, index], match}));

const namedIn = (path: ConfigPath, matches: Readonly<Record<string, StringMatchInput>>) =>
	Object.entries(matches).flatMap(([name, match]) =>
		typeof match === 'string' ? [] : [{path: [...path, name], match}],
	);
