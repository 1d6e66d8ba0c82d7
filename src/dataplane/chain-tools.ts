// What the chains of a snapshot are made with.
import type {Clock} from '../common/clock.ts';
import {drawByHash, type Random} from '../common/random.ts';
import type {IdSource} from '../common/trace-ids.ts';
import type {FilterTools} from '../http/filter.ts';
import type {EndpointTable} from './endpoint-table.ts';
import type {Forwarder} from './engine/forwarder.ts';

export interface ChainTools {
	readonly clock: Clock;
	readonly random: Random;
	readonly seed: number;
	readonly endpoints: EndpointTable;
	readonly forwarder: Forwarder;
	/** Of spans. */
	readonly ids: IdSource;
}

/** Gives a filter its tools; its draws depend on its rule and the request alone. */
export const filterTools = (rule: string, {clock, random, seed}: ChainTools): FilterTools => ({
	clock,
	random,
	rule,
	draw: ({key, attempt}) => drawByHash(seed, `${rule}|${key}|${attempt}`),
});
