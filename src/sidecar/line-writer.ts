// Gathers lines and writes them in few calls: a sidecar logs every request, and a system call each would cost more than the request's routing.
import {write, writeSync} from 'node:fs';
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';

export interface LineWriter {
	readonly write: (line: string) => void;
	/** Writes what is left, at once. */
	readonly flush: () => void;
}

const delay = ms(20);
const limit = 64 * 1024;

/** Creates a writer to a file descriptor that is opened for appending. Lines wait up to 20 ms or until 64 KiB have come together. */
export const createLineWriter = (descriptor: number, clock: Clock): LineWriter => {
	let text = '';
	let cancel: (() => void) | undefined;
	const take = (): string => {
		cancel?.();
		cancel = undefined;
		const taken = text;
		text = '';
		return taken;
	};

	const writeSoon = () => {
		// A log that cannot be written (a full disk) must not stop the requests.
		write(descriptor, take(), () => {});
	};

	return {
		write: line => {
			text += line.endsWith('\n') ? line : `${line}\n`;
			if (text.length >= limit) {
				writeSoon();
			} else {
				cancel ??= clock.after(delay, writeSoon);
			}
		},
		flush: () => {
			const rest = take();
			if (rest !== '') {
				writeSync(descriptor, rest);
			}
		},
	};
};
