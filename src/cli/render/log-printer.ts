// Shows what the services print, each line with its instance before it.
import {stripVTControlCharacters} from 'node:util';

// Bright enough on dark and on light; red is for errors.
const colorCodes = [36, 32, 35, 34, 33, 96, 92, 95] as const;

export interface LogPrinterOptions {
	/** Without, colours that the services print themselves are taken out, too. */
	readonly colors: boolean;
	readonly write: (line: string) => void;
}

/** Creates a printer that gives each instance a colour of its own. */
export const createLogPrinter = ({colors, write}: LogPrinterOptions): ((instance: string, line: string) => void) => {
	const seen: string[] = [];
	return (instance, line) => {
		if (!seen.includes(instance)) {
			seen.push(instance);
		}

		const name = instance.padEnd(Math.max(...seen.map(({length}) => length)));
		const code = colorCodes[seen.indexOf(instance) % colorCodes.length];
		write(colors ? `\u001B[${code}m${name}\u001B[0m | ${line}` : `${name} | ${stripVTControlCharacters(line)}`);
	};
};
