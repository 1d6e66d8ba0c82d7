// What the benchmark was asked for on the command line.
import {parseArgs} from 'node:util';

export interface Options<Name extends string> {
	/** In the order in which they run. */
	readonly parts: readonly Name[];
	/** True: one JSON value on stdout instead of Markdown. */
	readonly isJson: boolean;
	readonly isQuick: boolean;
}

/** Reads the arguments; a text says what is wrong with them. */
export const readOptions = <Name extends string>(
	args: readonly string[],
	names: readonly Name[],
): Options<Name> | string => {
	try {
		const {values} = parseArgs({
			args: [...args],
			options: {
				only: {type: 'string', multiple: true, default: []},
				json: {type: 'boolean', default: false},
				quick: {type: 'boolean', default: false},
			},
		});
		const wanted = values.only.flatMap(text => text.split(','));
		const unknown = wanted.filter(name => !(names as readonly string[]).includes(name));
		return unknown.length > 0
			? `There is no part ${unknown.join(', ')}; there are ${names.join(', ')}.`
			: {
					parts: names.filter(name => wanted.length === 0 || wanted.includes(name)),
					isJson: values.json,
					isQuick: values.quick,
				};
	} catch (error) {
		return `${(error as Error).message}\nUsage: npm run bench -- [--only ${names.join('|')}] [--quick] [--json]`;
	}
};
