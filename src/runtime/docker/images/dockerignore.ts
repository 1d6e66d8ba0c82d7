// Reads a .dockerignore: what of a folder is not sent to be built.

export interface Dockerignore {
	/** Of a path relative to the folder, with slashes. */
	readonly ignores: (file: string) => boolean;
	/** Whether something beneath an ignored folder may be wanted all the same. */
	readonly hasExceptions: boolean;
}

interface Rule {
	readonly pattern: RegExp;
	readonly isException: boolean;
}

/** The last rule that matches a path, or a folder above it, decides. */
export const readDockerignore = (text: string): Dockerignore => {
	const rules = text
		.replace(/^\uFEFF/, '')
		.split(/\r?\n/)
		.filter(line => !line.startsWith('#'))
		.map(line => line.trim())
		.flatMap(readRule);
	return {
		ignores: file =>
			rules.findLast(({pattern}) => withParents(file).some(name => pattern.test(name)))?.isException === false,
		hasExceptions: rules.some(({isException}) => isException),
	};
};

const readRule = (line: string): readonly Rule[] => {
	const isException = line.startsWith('!');
	const path = clean(isException ? line.slice(1).trim() : line);
	return path === '' ? [] : [{pattern: compile(path), isException}];
};

/** `/a/./b/` is `a/b`. */
const clean = (path: string): string => {
	const parts: string[] = [];
	for (const part of path.split('/')) {
		if (part === '..') {
			parts.pop();
		} else if (part !== '' && part !== '.') {
			parts.push(part);
		}
	}

	return parts.join('/');
};

/** As Go's filepath.Match has it, and `**` for any number of folders. */
const compile = (pattern: string): RegExp => {
	const source = pattern.replaceAll(
		/\*\*\/|\*\*|\*|\?|\\(.)|(\[\^?(?:\\.|[^\]\\])+\])|[.$+(){}|^[\]]/gu,
		(found, escaped?: string, range?: string) =>
			escaped === undefined ? (range ?? wildcards[found] ?? `\\${found}`) : escaped.replace(/\W/u, String.raw`\$&`),
	);
	return new RegExp(`^${source}$`, 'su');
};

const wildcards: Readonly<Record<string, string>> = {'**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]'};

const withParents = (file: string): readonly string[] => {
	const parts = file.split('/');
	return parts.map((_, n) => parts.slice(0, n + 1).join('/'));
};
