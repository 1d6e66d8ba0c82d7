// What ties a control plane to the process that started it: a pipe, which the system closes with whoever held it.
import type {Readable} from 'node:stream';

/** An argument of the control plane's program: its standard input is the lifeline. */
export const lifelineFlag = '--lifeline';

/** What the starting process says first, as one line of JSON. */
export interface LifelineStart {
	/** Laid over the environment of the control plane. */
	readonly variables: Readonly<Record<string, string>>;
	/** The state is of no use to anybody afterwards: its folder is removed. */
	readonly isTemporary: boolean;
}

/** Writes the first line. */
export const lifelineStart = (start: LifelineStart): string => `${JSON.stringify(start)}\n`;

export interface Lifeline extends LifelineStart {
	/** Resolves when the other process has ended, or has let go. */
	readonly cut: Promise<void>;
}

/** Waits for the first line. Rejects when the other process ends before. */
export const readLifeline = (input: Readable): Promise<Lifeline> =>
	new Promise((resolve, reject) => {
		let text = '';
		const cut = new Promise<void>(end => {
			input.once('end', end);
			input.once('error', () => end());
		});
		void cut.then(() => reject(new Error('whoever started the control plane has ended')));
		input.setEncoding('utf8');
		input.on('data', (piece: string) => {
			text += piece;
			const end = text.indexOf('\n');
			if (end >= 0) {
				resolve({...(JSON.parse(text.slice(0, end)) as LifelineStart), cut});
			}
		});
	});
