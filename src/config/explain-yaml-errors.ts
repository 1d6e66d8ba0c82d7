// Says in words what the YAML library objects to.
import type {YAMLError} from 'yaml';
import type {Finding} from './finding.ts';
import type {TextRange} from './range-of-path.ts';

export type YamlProblem = Pick<Finding, 'code' | 'finding' | 'remedy'> & {readonly range: TextRange};

/** Gives the problems of a text in its order, without those that only follow from an earlier one. */
export const explainYamlErrors = (errors: readonly YAMLError[], text: string): readonly YamlProblem[] => {
	// Once the parser has lost its way, what it says of the rest is noise.
	const lost = errors.findIndex(({code}) => code === 'UNEXPECTED_TOKEN' || code === 'RESOURCE_EXHAUSTION');
	return errors.slice(0, lost === -1 ? undefined : lost + 1).map(error => ({
		...explain(error, text),
		range: error.code === 'RESOURCE_EXHAUSTION' ? topOfFile : {start: error.pos[0], end: error.pos[1]},
	}));
};

const explain = (error: YAMLError, text: string): Omit<YamlProblem, 'range'> => {
	const [start] = error.pos;
	switch (error.code) {
		case 'RESOURCE_EXHAUSTION':
			return tooDeep;
		case 'MULTIPLE_DOCS':
			return {...syntax, finding: 'a second document begins here', remedy: 'Keep one: this file is a single document.'};
		case 'TAB_AS_INDENT':
			return {...syntax, finding: 'this line is indented by a tab', remedy: 'Indent by spaces.'};
		case 'TAG_RESOLVE_FAILED':
			return {...syntax, finding: `the tag ${wordAt(text, start)} means nothing here`, remedy: 'Remove it.'};
		case 'NON_STRING_KEY':
			return {
				...syntax,
				finding: 'a key must be a text',
				remedy: text[start] === '{' ? 'Put the value in quotes: YAML reads {{ as its own.' : 'Put it in quotes.',
			};
		default:
			return {
				...syntax,
				finding: firstSentence(error.message),
				remedy: isUnquotedBrace(text, start)
					? 'Put the value in quotes: within braces and brackets, YAML reads { as its own.'
					: 'Correct the YAML here: indentation, colons, quotes and brackets.',
			};
	}
};

/** Where the stack ends differs from one Node to the next. */
export const topOfFile: TextRange = {start: 0, end: 1};

const syntax = {code: 'DM1005'};

/** Nested deeper than anything that devmesh knows. */
export const tooDeep = {
	code: 'DM1007',
	finding: 'the values of this file are nested too deeply',
	remedy: 'Is this the right file? A mesh config is about eight levels deep.',
};

const wordAt = (text: string, start: number): string =>
	/^(?:"[^"\n]*"|'[^'\n]*'|[^\s:,[\]{}]+)/.exec(text.slice(start, start + 100))?.[0] ?? '';

const isUnquotedBrace = (text: string, start: number): boolean => text[start] === '{' && text[start - 1] === '$';

const firstSentence = (message: string): string => {
	const [line = ''] = message.split('\n');
	return `YAML: ${line.charAt(0).toLowerCase()}${line.slice(1)}`.replace(/\.$/, '');
};
