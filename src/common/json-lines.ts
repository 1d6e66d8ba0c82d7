// Messages as one line of JSON each, cut out of a stream in whatever pieces it comes.

/** Takes pieces of text and calls back for each whole line's value. Throws `RangeError` on a line longer than the limit in characters, `SyntaxError` on what is no JSON. */
export const createJsonLines = (
	onValue: (value: unknown) => void,
	limit = 64 * 1024 * 1024,
): ((piece: string) => void) => {
	let rest = '';
	return piece => {
		const lines = (rest + piece).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) {
			if (line !== '') {
				onValue(JSON.parse(line));
			}
		}

		if (rest.length > limit) {
			throw new RangeError(`a message is longer than ${limit} characters`);
		}
	};
};

/** Writes a value as one line. */
export const jsonLine = (value: unknown): string => `${JSON.stringify(value)}\n`;
