// What a request must be like.
import {z} from 'zod';
import {filledText, flag, listOf, names, text} from './values.ts';

const stringMatchKeys = z.strictObject(
	{
		exact: text.optional(),
		prefix: text.optional(),
		suffix: text.optional(),
		regex: text.meta({description: 'RE2 syntax; must match the whole value.'}).optional(),
		present: flag.optional(),
		ignoreCase: flag.optional(),
	},
	{error: 'a match, such as { exact: jason } or { prefix: mob }'},
);

/** `jason` is short for `{ exact: jason }`. */
export const stringMatch = z.union([text, stringMatchKeys], {error: 'a text, or a match such as { prefix: mob }'});

export const pathMatch = z.union(
	[
		text,
		z.strictObject({
			exact: text.optional(),
			prefix: text.meta({description: 'By whole segments: /cart matches /cart and /cart/1, not /cartoon.'}).optional(),
			regex: text.meta({description: 'RE2 syntax; must match the whole path.'}).optional(),
		}),
	],
	{error: 'a path, or a match such as { prefix: /cart }'},
);

const methods = listOf(
	z.string({error: 'a method, such as GET'}).regex(/^[A-Z]+$/, 'a method in capital letters, such as GET'),
	'a method, or a list of methods, in capital letters',
);

const namedMatches = z.record(filledText, stringMatch, {
	error: 'names with their matches, such as { end-user: jason }',
});

/** All of its keys must hold. */
export const requestMatch = z.strictObject(
	{
		path: pathMatch.optional(),
		method: methods.optional(),
		methods: methods.meta({description: 'The same as method.'}).optional(),
		headers: namedMatches.optional(),
		query: namedMatches.optional(),
		from: names.meta({description: 'The calling services.'}).optional(),
	},
	{error: 'a match, such as { path: { prefix: /cart } }'},
);

/** Any of them. */
export const requestMatches = listOf(requestMatch, 'a match, or a list of matches');

export type StringMatchInput = z.output<typeof stringMatch>;
export type PathMatchInput = z.output<typeof pathMatch>;
export type RequestMatchInput = z.output<typeof requestMatch>;
export {methods};
