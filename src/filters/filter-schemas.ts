// Schemas that several filters share, in normalised units.
import * as z from 'zod';
import type {Milliseconds, Ratio} from '../common/units.ts';
import type {PathMatch} from '../http/path-match.ts';

export const milliseconds = z.number().min(0) as unknown as z.ZodType<Milliseconds>;
export const share = z.number().min(0).max(1) as unknown as z.ZodType<Ratio>;
export const pathMatch: z.ZodType<PathMatch> = z.strictObject({
	kind: z.enum(['exact', 'prefix', 'regex']),
	value: z.string(),
});
