// Splits a command line into words as a shell does, without running anything in it.

/** Knows quotes and backslashes; undefined when a quote is not closed. Source: POSIX shell, 2.2 "Quoting". */
export const splitWords = (line: string): readonly string[] | undefined => {
	const words: string[] = [];
	let word: string | undefined;
	let quote = '';
	for (let index = 0; index < line.length; index++) {
		const letter = line.charAt(index);
		const following = line.charAt(index + 1);
		if (letter === '\\' && quote !== "'" && (quote === '' || '\\"$`'.includes(following))) {
			word = (word ?? '') + following;
			index++;
		} else if (quote === '' && (letter === '"' || letter === "'")) {
			quote = letter;
			word ??= '';
		} else if (letter === quote) {
			quote = '';
		} else if (quote === '' && /\s/.test(letter)) {
			if (word !== undefined) {
				words.push(word);
				word = undefined;
			}
		} else {
			word = (word ?? '') + letter;
		}
	}

	if (quote !== '') {
		return undefined;
	}

	return word === undefined ? words : [...words, word];
};
