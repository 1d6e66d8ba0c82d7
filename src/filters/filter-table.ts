// Every filter devmesh knows. A new filter is one file and one line here.

import type {Filter, FilterDefinition, FilterTools} from '../http/filter.ts';
import {abort} from './abort.ts';
import {authorize} from './authorize.ts';
import {delay} from './delay.ts';
import {retry} from './retry.ts';
import {timeout} from './timeout.ts';

export const filters = {abort, authorize, delay, retry, timeout} as const;

/** The settings of any filter. */
export type FilterSpec = Parameters<(typeof filters)[keyof typeof filters]['create']>[0];

// Key and kind agree, or it does not compile.
filters satisfies {readonly [Kind in FilterSpec['kind']]: {readonly kind: Kind}};

/** Builds the filter of a spec. */
export const createFilter = (spec: FilterSpec, tools: FilterTools): Filter => definitionOf(spec).create(spec, tools);

/** Says in a few words what a filter with this spec does. */
export const explainFilter = (spec: FilterSpec): string => definitionOf(spec).explain(spec);

const definitionOf = (spec: FilterSpec) =>
	filters[spec.kind] as unknown as FilterDefinition<FilterSpec['kind'], FilterSpec>;
