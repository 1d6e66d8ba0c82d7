// Reads lines up to an empty one: a head, or the trailers of a chunked body. The same bytes give the same result however they are
// split: a line is looked at when it is whole or too long, never before.
import {readField} from './read-field.ts';
import {Refused} from './refused.ts';

export interface SectionRules {
	/** Of all lines together, in bytes. */
	readonly bytes: number;
	/** Of one field line, in bytes. */
	readonly fieldBytes: number;
	readonly fields: number;
	/** The section's name in reasons. */
	readonly name: string;
	/** Absent: there is no start line. */
	readonly start?: StartRules;
}

export interface StartRules {
	readonly bytes: number;
	/** How many empty lines may come first. */
	readonly emptyLines: number;
	/** Reads the line between two places of a text. Throws Refused. */
	readonly read: (text: string, from: number, to: number) => void;
}

export interface Section {
	/** Reads what is there from a place on, and gives the place behind what was read. Throws Refused. */
	readonly read: (input: Buffer, at: number) => number;
	readonly isComplete: () => boolean;
	/** Whether a line of it was read; an empty one in front is none. */
	readonly hasBegun: () => boolean;
	/** Gives the fields and makes ready for the next section. */
	readonly take: () => string[];
}

const carriageReturn = 13;
const lineFeed = 10;

/** Creates a reader that is ready for its first section. */
export const createSection = (rules: SectionRules): Section => {
	let fields: string[] = [];
	let used = 0;
	let isStarted = rules.start === undefined;
	let emptyLines = 0;
	let isComplete = false;

	// Whichever limit ends first is named, so that a split makes no difference.
	const checkSize = (bytes: number): void => {
		const own = rules.start && !isStarted ? rules.start.bytes : rules.fieldBytes;
		const left = rules.bytes - used;
		if (bytes <= own && bytes <= left) {
			return;
		}

		if (!isStarted) {
			throw new Refused(414, `the first line is longer than ${Math.min(own, left)} bytes`);
		}

		throw new Refused(
			431,
			own <= left ? `a field is longer than ${own} bytes` : `${rules.name} is longer than ${rules.bytes} bytes`,
		);
	};

	const readStart = (start: StartRules, text: string, from: number, to: number): void => {
		if (from === to) {
			if (++emptyLines > start.emptyLines) {
				throw new Refused(400, 'an empty line stands where a message begins');
			}
		} else {
			start.read(text, from, to);
			isStarted = true;
		}
	};

	const readLines = (text: string): number => {
		let from = 0;
		while (from < text.length && !isComplete) {
			const next = text.indexOf('\n', from) + 1;
			checkSize(next - from);
			const to = next - 2;
			if (to < from || text.charCodeAt(to) !== carriageReturn) {
				throw new Refused(400, 'a line ends without a carriage return');
			}

			if (rules.start && !isStarted) {
				readStart(rules.start, text, from, to);
			} else if (from === to) {
				isComplete = true;
			} else {
				readField(text, from, to, fields);
				if (fields.length > 2 * rules.fields) {
					throw new Refused(431, `${rules.name} has more than ${rules.fields} fields`);
				}
			}

			used += next - from;
			from = next;
		}

		return from;
	};

	return {
		read: (input, at) => {
			const end = endOfLines(input, at);
			const next = end > at ? at + readLines(input.toString('latin1', at, end)) : at;
			if (!isComplete) {
				checkSize(input.length - next);
			}

			return next;
		},
		isComplete: () => isComplete,
		hasBegun: () => isStarted && used > 0,
		take: () => {
			const taken = fields;
			fields = [];
			used = 0;
			isStarted = rules.start === undefined;
			emptyLines = 0;
			isComplete = false;
			return taken;
		},
	};
};

/** The place behind the first empty line, else behind the last whole one. */
const endOfLines = (input: Buffer, at: number): number => {
	const end = input.indexOf('\r\n\r\n', at, 'latin1');
	return end === -1 ? input.lastIndexOf(lineFeed) + 1 : end + 4;
};
