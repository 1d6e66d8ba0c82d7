// A screen that understands as much as devmesh uses: lines, cursor up, erase below.
import type {Screen} from '../../src/cli/render/terminal.ts';

export interface TestScreen extends Screen {
	/** The lines as they stand. */
	readonly lines: () => readonly string[];
	/** All that was written. */
	readonly written: () => string;
}

const cursor = '\u001B[';
const eraseBelow = `${cursor}0J`;

/** Creates an empty screen; without `isTTY` it only collects. */
export const createScreen = (parts: Omit<Screen, 'write'> = {isTTY: true, columns: 80, rows: 24}): TestScreen => {
	let lines: string[] = [];
	let written = '';
	return {
		...parts,
		write: text => {
			written += text;
			const [before = '', rest = ''] = text.includes(eraseBelow) ? text.split(eraseBelow) : ['', text];
			const up = Number.parseInt(before.slice(cursor.length) || '0', 10);
			lines = [...lines.slice(0, lines.length - up), ...rest.split('\n').slice(0, -1)];
		},
		lines: () => lines,
		written: () => written,
	};
};
