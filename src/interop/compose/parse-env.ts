// Reads a file of variables, such as `.env`. Source: compose specification, "env_file"; Docker's "Syntax for environment files".
import {parseEnv} from 'node:util';
import {interpolate, type Variables} from '../../config/interpolate.ts';

export interface EnvTools {
	/** They go before what stands in the file, where its values name others. */
	readonly variables: Variables;
	/** True: every line as it is, quotes and dollar signs included. */
	readonly isRaw?: boolean;
}

/** Gives names with their values. A name without an equals sign has the value of the environment, if there is one. */
export const parseEnvFile = (text: string, {variables, isRaw = false}: EnvTools): Readonly<Record<string, string>> => {
	const passedOn = [...text.matchAll(/^[ \t]*([A-Za-z_][\w.-]*)[ \t]*\r?$/gm)].flatMap(([, name = '']) => {
		const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
		return value === undefined ? [] : [[name, value] as const];
	});
	return {...Object.fromEntries(passedOn), ...(isRaw ? parseRaw(text) : parseQuoted(text, variables))};
};

const parseRaw = (text: string): Readonly<Record<string, string>> =>
	Object.fromEntries(
		[...text.matchAll(/^[ \t]*([A-Za-z_][\w.-]*)=(.*?)\r?$/gm)].map(([, name = '', value = '']) => [name, value]),
	);

const parseQuoted = (text: string, variables: Variables): Readonly<Record<string, string>> => {
	const literal = new Set([...text.matchAll(/^\s*(?:export\s+)?([\w.-]+)\s*=\s*'/gm)].map(([, name]) => name));
	// Node sorts by name, yet a value may name those above it.
	const order = new Map(
		[...text.matchAll(/^\s*(?:export\s+)?([\w.-]+)\s*=/gm)].map(({1: name = ''}, index) => [name, index] as const),
	);
	const entries = Object.entries(parseEnv(text)).sort(
		([one], [other]) => (order.get(one) ?? 0) - (order.get(other) ?? 0),
	);
	const values = new Map<string, string>();
	const known: Record<string, string | undefined> = {...variables};
	for (const [name, value = ''] of entries) {
		const filled = literal.has(name) || !value.includes('$') ? value : interpolate(value, known).text;
		values.set(name, filled);
		known[name] ??= filled;
	}

	return Object.fromEntries(values);
};
