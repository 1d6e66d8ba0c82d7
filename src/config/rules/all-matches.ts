// Walks over every match of the file.
import type {ConfigPath} from '../finding.ts';
import type {PathMatchInput, RequestMatchInput, StringMatchInput} from '../schema/match.ts';
import type {MeshInput} from '../schema/mesh.ts';

export interface PlacedMatch {
	readonly path: ConfigPath;
	readonly match: Exclude<StringMatchInput | PathMatchInput, string>;
}

/** Lists the matches that are more than a text, of paths, headers and query parameters. */
export const allMatches = ({routes = [], faults = [], ingress = [], policies}: MeshInput): readonly PlacedMatch[] => [
	...routes.flatMap(({match}, index) => ofMatches(['routes', index, 'match'], match)),
	...faults.flatMap(({match}, index) => ofMatches(['faults', index, 'match'], match)),
	...ingress.flatMap(({routes: edge = []}, host) =>
		edge.flatMap(({match}, index) => ofMatches(['ingress', host, 'routes', index, 'match'], match)),
	),
	...(policies?.authorization ?? []).flatMap(({allow}, index) =>
		allow.flatMap(({paths = []}, rule) =>
			paths.flatMap((match, position) =>
				placed(['policies', 'authorization', index, 'allow', rule, 'paths', position], match),
			),
		),
	),
];

const ofMatches = (path: ConfigPath, matches: readonly RequestMatchInput[] = []): readonly PlacedMatch[] =>
	matches.flatMap(({path: wanted, headers = {}, query = {}}, index) => [
		...(wanted === undefined ? [] : placed([...path, index, 'path'], wanted)),
		...Object.entries(headers).flatMap(([name, match]) => placed([...path, index, 'headers', name], match)),
		...Object.entries(query).flatMap(([name, match]) => placed([...path, index, 'query', name], match)),
	]);

const placed = (path: ConfigPath, match: StringMatchInput | PathMatchInput): readonly PlacedMatch[] =>
	typeof match === 'string' ? [] : [{path, match}];
