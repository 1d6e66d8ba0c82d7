// Values that appear all over the file.
import {z} from 'zod';
import {durationPattern, parseDuration, parsePercent, parseSize, sizePattern} from '../parse-units.ts';

const readBy = <Value>(
	parse: (text: string) => Value | undefined,
	pattern: RegExp,
	expectation: string,
	examples: readonly string[],
) =>
	z
		.string({error: expectation})
		.regex(pattern, expectation)
		.transform((text, context): Value => {
			const value = parse(text);
			if (value === undefined) {
				context.issues.push({code: 'custom', message: expectation, input: text});
				return z.NEVER;
			}

			return value;
		})
		.meta({examples: [...examples]});

export const duration = readBy(
	parseDuration,
	durationPattern,
	'a duration with its unit, up to 24h, such as 250ms, 2s or 1m30s',
	['250ms', '2s', '1m30s'],
);
export const size = readBy(parseSize, sizePattern, 'a size with its unit, such as 64KiB, 256MiB or 1GB', [
	'64KiB',
	'256MiB',
	'1GB',
]);

export const percent = z
	.union([z.number(), z.string()], {error: 'a percentage from 0 to 100, such as 5 or 5%'})
	.transform((value, context) => {
		const share = parsePercent(value);
		if (share === undefined) {
			context.issues.push({code: 'custom', message: 'a percentage from 0 to 100, such as 5 or 5%', input: value});
			return z.NEVER;
		}

		return share;
	})
	.meta({examples: [5, '5%']});

export const port = z
	.int({error: 'a port from 1 to 65535'})
	.min(1, 'a port from 1 to 65535')
	.max(65_535, 'a port from 1 to 65535');

export const httpUrl = z
	.url({error: 'an address such as http://127.0.0.1:4318', protocol: /^https?$/})
	.meta({examples: ['http://127.0.0.1:4318']});
export const flag = z.boolean({error: 'true or false'});
export const text = z.string({error: 'a text'});
export const filledText = text.min(1, 'a text that is not empty');
export const serviceName = z.string({error: 'a service'}).min(1, 'a service');
export const versionName = z.string({error: 'a version'}).min(1, 'a version');

/** Names with their values, and no more than that: a file that has more is no mesh of one machine. */
export const namesOf = <Value extends z.ZodType>(value: Value, most: number, expectation: string) =>
	z
		.record(filledText, value, {error: expectation})
		.refine(record => Object.keys(record).length <= most, {error: `at most ${most} of them`})
		.meta({maxProperties: most});

/** A list, and no more than that. */
export const listUpTo = <Item extends z.ZodType>(item: Item, most: number, expectation: string) =>
	z.array(item, {error: expectation}).max(most, `at most ${most} of them`);

/** `command: node app.js`, or a list of words. */
export const command = z
	.union([filledText, z.array(filledText).min(1)], {error: 'a command: one text for the shell, or a list of words'})
	.meta({description: 'A text is run by the shell; a list of words as it is.'});

/** One value or a list of them; always a list when read. */
export const listOf = <Item extends z.ZodType>(item: Item, expectation: string) =>
	z
		.union([item, z.array(item).min(1)], {error: expectation})
		.transform(value => (Array.isArray(value) ? value : [value]) as z.output<Item>[]);

export const names = listOf(serviceName, 'a service, or a list of services');
