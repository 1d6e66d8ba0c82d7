// The contract of a filter: one step around a request.
import type {z} from 'zod';
import type {Clock} from '../common/clock.ts';
import type {Random} from '../common/random.ts';
import type {Exchange, Handler} from './exchange.ts';
import type {Reply} from './reply.ts';

/** A step around a request. Calls `next` at most once (retry: once an attempt), honours the signal, hands the body on. */
export type Filter = (exchange: Exchange, next: Handler) => Promise<Reply>;

/** What a filter may use; nothing else of the world. */
export interface FilterTools {
	readonly clock: Clock;
	/** Chance that needs no replay, such as the jitter of a back-off. */
	readonly random: Random;
	/** The draw of this rule for this exchange, from 0 up to, not including, 1: same seed, request and attempt, same draw. */
	readonly draw: (exchange: Exchange) => number;
	/** The id of the rule that the filter carries out, for the record. */
	readonly rule: string;
}

/** A kind of filter: the four parts that stand in each filter's file. */
export interface FilterDefinition<Kind extends string, Spec extends {readonly kind: Kind}> {
	readonly kind: Kind;
	/** Checks the settings in their normalised form (units as numbers). */
	readonly schema: z.ZodType<Spec>;
	/** Says in a few words what it does: "wait 200 ms on 5 % of requests". */
	readonly explain: (spec: Spec) => string;
	readonly create: (spec: Spec, tools: FilterTools) => Filter;
}

/** Builds one handler of filters and what stands at their end; the order of the list is the order of execution. */
export const chain = (filters: readonly Filter[], last: Handler): Handler =>
	filters.reduceRight<Handler>((next, filter) => exchange => filter(exchange, next), last);
