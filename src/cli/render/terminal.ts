// Writes to the terminal: a block that is drawn again in place, lines above it; plain lines where there is no terminal.
import process from 'node:process';

export interface Terminal {
	/** True when colours and redrawing make sense. */
	readonly isLive: boolean;
	/** Writes a line for good, above the block. */
	readonly line: (text: string) => void;
	/** Draws the block anew. Nothing without a terminal. */
	readonly block: (lines: readonly string[]) => void;
	/** Leaves the block as it stands, or takes it away. */
	readonly endBlock: (isKept: boolean) => void;
}

/** Whether to colour what is written to a stream. Source: no-color.org; FORCE_COLOR as chalk has it. */
export const hasColors = (stream: {readonly isTTY?: boolean}): boolean => {
	const {NO_COLOR, FORCE_COLOR, TERM} = process.env;
	if (NO_COLOR) {
		return false;
	}

	return FORCE_COLOR ? FORCE_COLOR !== '0' : stream.isTTY === true && TERM !== 'dumb';
};

/** Creates a writer to a stream, standard output by default. */
export const createTerminal = (stream: NodeJS.WriteStream = process.stdout): Terminal => {
	const isLive = stream.isTTY === true && process.env['TERM'] !== 'dumb' && !process.env['CI'];
	let drawn: readonly string[] = [];
	const erase = (): string => (drawn.length === 0 ? '' : `\u001B[${drawn.length}A\u001B[0J`);
	const fit = (line: string): string => line.slice(0, Math.max(20, (stream.columns ?? 80) - 1));
	const draw = (before: string): void => {
		// Never more than the screen holds, or what has scrolled away is drawn twice.
		stream.write(`${erase()}${before}${drawn.map(line => `${line}\n`).join('')}`);
	};

	return {
		isLive,
		line: text => {
			if (isLive) {
				draw(`${text}\n`);
			} else {
				stream.write(`${text}\n`);
			}
		},
		block: lines => {
			if (!isLive) {
				return;
			}

			const before = erase();
			const room = Math.max(3, (stream.rows ?? 24) - 2);
			drawn = (
				lines.length > room ? [...lines.slice(0, room - 1), `… and ${lines.length - room + 1} more`] : lines
			).map(fit);
			stream.write(`${before}${drawn.map(line => `${line}\n`).join('')}`);
		},
		endBlock: isKept => {
			if (!isKept) {
				stream.write(erase());
			}

			drawn = [];
		},
	};
};
