// Writes to the terminal: a block that is drawn again in place, lines above it; plain lines where there is no terminal.
import process from 'node:process';

/** What a terminal needs of a stream. */
export interface Screen {
	readonly isTTY?: boolean;
	readonly columns?: number;
	readonly rows?: number;
	readonly write: (text: string) => unknown;
}

export interface Terminal {
	/** True when redrawing makes sense. */
	readonly isLive: boolean;
	/** How many lines a block may have. */
	readonly room: () => number;
	/** Writes a line for good, above the block. */
	readonly line: (text: string) => void;
	/** Draws the block anew. Nothing without a terminal. */
	readonly block: (lines: readonly string[]) => void;
	/** Leaves the block as it stands, or takes it away. */
	readonly endBlock: (isKept: boolean) => void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether to colour what is written to a stream. Source: no-color.org; FORCE_COLOR as chalk has it. */
export const hasColors = (screen: Pick<Screen, 'isTTY'>, environment: Environment = process.env): boolean => {
	const {NO_COLOR, FORCE_COLOR, TERM} = environment;
	if (NO_COLOR) {
		return false;
	}

	return FORCE_COLOR ? FORCE_COLOR !== '0' && FORCE_COLOR !== 'false' : screen.isTTY === true && TERM !== 'dumb';
};

/** Creates a writer to a stream, standard output by default. */
export const createTerminal = (screen: Screen = process.stdout, environment: Environment = process.env): Terminal => {
	const isLive = screen.isTTY === true && environment['TERM'] !== 'dumb' && !environment['CI'];
	let drawn: readonly string[] = [];
	const erase = (): string => (drawn.length === 0 ? '' : `\u001B[${drawn.length}A\u001B[0J`);
	const text = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('');
	// A line that wraps would be two to the cursor.
	const fit = (line: string): string => [...line].slice(0, Math.max(20, (screen.columns ?? 80) - 1)).join('');
	const room = (): number => Math.max(3, (screen.rows ?? 24) - 2);
	return {
		isLive,
		room,
		line: line => {
			screen.write(`${erase()}${line}\n${text(drawn)}`);
		},
		block: lines => {
			if (isLive) {
				const before = erase();
				// Never more than the screen holds, or what has scrolled away is drawn twice.
				drawn = lines.slice(0, room()).map(fit);
				screen.write(`${before}${text(drawn)}`);
			}
		},
		endBlock: isKept => {
			if (!isKept && drawn.length > 0) {
				screen.write(erase());
			}

			drawn = [];
		},
	};
};
