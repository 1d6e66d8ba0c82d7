// Answers a request with an error instead of the service: a fault.
import * as z from 'zod';
import type {Ratio} from '../common/units.ts';
import type {FilterDefinition} from '../http/filter.ts';
import {textReply} from '../http/reply.ts';
import {explainShare} from './explain-units.ts';
import {share} from './filter-schemas.ts';

export interface AbortSpec {
	readonly kind: 'abort';
	/** From 200 to 599. */
	readonly status: number;
	/** Which share of the requests to answer. Default of own rules: 1. */
	readonly share: Ratio;
}

export const abort: FilterDefinition<'abort', AbortSpec> = {
	kind: 'abort',
	schema: z.strictObject({kind: z.literal('abort'), status: z.int().min(200).max(599), share}),
	explain: spec => `answer ${spec.status}${explainShare(spec.share)}`,
	create:
		(spec, {draw, rule}) =>
		async (exchange, next) => {
			if (draw(exchange) >= spec.share) {
				return next(exchange);
			}

			exchange.record.flags.add('FI');
			exchange.record.faults.push(rule);
			return textReply(spec.status, `devmesh: the fault ${rule} answered this request\n`);
		},
};
