// Reads one field line. Source: RFC 9112, 5.
import {textCodes, tokenCodes} from './characters.ts';
import {Refused} from './refused.ts';

const [tab, space, colon] = [9, 32, 58];

/** Reads the line between two places of a text, without its line end, and adds name and value. Throws Refused. */
export const readField = (text: string, from: number, to: number, fields: string[]): void => {
	let at = from;
	while (at < to && tokenCodes[text.charCodeAt(at)] === 1) {
		at++;
	}

	if (at === from || at === to || text.charCodeAt(at) !== colon) {
		throw new Refused(400, nameDefect(text, from, at, to));
	}

	const nameEnd = at;
	at++;
	while (at < to && isSpace(text.charCodeAt(at))) {
		at++;
	}

	let end = to;
	while (end > at && isSpace(text.charCodeAt(end - 1))) {
		end--;
	}

	// Nearly all have one space before the value and none behind it.
	if (at !== nameEnd + 2 || text.charCodeAt(nameEnd + 1) === tab || end !== to) {
		checkTabs(text.slice(from, nameEnd), text.slice(nameEnd, at) + text.slice(end, to));
	}

	for (let index = at; index < end; index++) {
		if (textCodes[text.charCodeAt(index)] !== 1) {
			throw new Refused(400, 'a field has a control byte in its value');
		}
	}

	fields.push(text.slice(from, nameEnd), text.slice(at, end));
};

/** A tab is as good as a space, but not all readers know: nginx takes no length and no coding beside one. */
const checkTabs = (name: string, around: string): void => {
	if (around.includes('\t') && framingNames.has(name.toLowerCase())) {
		throw new Refused(400, `there is a tab beside the value of ${name}`);
	}
};

const framingNames: ReadonlySet<string> = new Set(['content-length', 'host', 'transfer-encoding']);

const nameDefect = (text: string, from: number, at: number, to: number): string => {
	const code = text.charCodeAt(at);
	if (at === from && isSpace(code)) {
		return 'a field goes on in a line of its own (obs-fold)';
	}

	if (at === to) {
		return 'a field line has no colon';
	}

	if (code === colon) {
		return 'a field has no name';
	}

	return isSpace(code) ? 'there is a space before the colon of a field' : 'a field has a forbidden byte in its name';
};

const isSpace = (code: number): boolean => code === space || code === tab;
