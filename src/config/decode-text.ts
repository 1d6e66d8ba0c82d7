// Tells a config file from what is none: too large, binary, in another encoding.
import type {Diagnostic} from '../model/diagnostic.ts';
import {wholeFile} from './place-finding.ts';

/** The largest file that is read, in bytes. */
export const longestFile = 1024 * 1024;

/** Gives the text of a file, or what is wrong with all of it. */
export const decodeText = (text: string | Uint8Array, file: string): string | Diagnostic => {
	if (text.length > longestFile) {
		return {
			code: 'DM1002',
			severity: 'error',
			...wholeFile(file),
			finding: 'the file is larger than 1 MiB',
			remedy: 'A mesh config is a few hundred lines: is this the right file?',
		};
	}

	try {
		const decoded = typeof text === 'string' ? text : new TextDecoder('utf-8', {fatal: true}).decode(text);
		return decoded.includes('\0') ? notText(file) : decoded;
	} catch {
		return notText(file);
	}
};

const notText = (file: string): Diagnostic => ({
	code: 'DM1003',
	severity: 'error',
	...wholeFile(file),
	finding: 'the file is not text in UTF-8',
	remedy: 'Is this the right file? Save it as UTF-8.',
});
