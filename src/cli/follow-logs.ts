// Shows what the services print, each line with its instance before it.
import type {ApiClient} from '../admin/api-client.ts';
import type {Terminal} from './render/terminal.ts';

// Bright enough on dark and on light; red is for errors.
const colorCodes = [36, 32, 35, 34, 33, 96, 92, 95] as const;

export interface LogPrinter {
	readonly print: (instance: string, line: string) => void;
}

/** Creates a printer that gives each instance a colour of its own. */
export const createLogPrinter = (terminal: Terminal, colors: boolean): LogPrinter => {
	const seen: string[] = [];
	return {
		print: (instance, line) => {
			if (!seen.includes(instance)) {
				seen.push(instance);
			}

			const width = Math.max(...seen.map(({length}) => length));
			const name = instance.padEnd(width);
			const code = colorCodes[seen.indexOf(instance) % colorCodes.length];
			terminal.line(`${colors ? `\u001B[${code}m${name}\u001B[0m` : name} | ${line}`);
		},
	};
};

/** Prints new lines until the signal is aborted or the mesh is gone. */
export const followLogs = async (client: ApiClient, printer: LogPrinter, signal: AbortSignal): Promise<void> => {
	try {
		for await (const {instance, line} of client.logs({lines: 0, follow: true}, signal)) {
			printer.print(instance, line);
		}
	} catch {
		// The events say what became of the mesh.
	}
};
