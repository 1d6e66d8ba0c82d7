// The shape of a route: what it matches and where it leads.
import type {PathMatch} from '../http/path-match.ts';
import type {StringMatch} from '../http/string-match.ts';

/** A named value of the request that must match: a header (any case of its name) or a query parameter. */
export interface NamedMatch {
	readonly name: string;
	readonly match: StringMatch;
}

/** All of its fields must match; an absent field matches everything. */
export interface RequestMatch {
	readonly path?: PathMatch;
	/** Any of these, in upper case. */
	readonly methods?: readonly string[];
	readonly headers?: readonly NamedMatch[];
	readonly query?: readonly NamedMatch[];
	/** Any of these calling services. */
	readonly from?: readonly string[];
}

/** Where a share of the requests goes. */
export interface WeightedBackend {
	readonly service: string;
	/** Absent: any version of the service. */
	readonly version?: string;
	/** From 0 (none); the share is this over the sum of all weights. */
	readonly weight: number;
}

export interface Route {
	/** Shown to people; unique within the service or the gateway, such as `reviews[1]`. */
	readonly name: string;
	/** Gateway only: lower-case host names, `*.` in front for any labels before. Absent: every host. */
	readonly hosts?: readonly string[];
	/** Any of these; an empty list matches everything. */
	readonly matches: readonly RequestMatch[];
	/** At least one with a weight above 0. */
	readonly backends: readonly WeightedBackend[];
}
