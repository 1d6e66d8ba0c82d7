// Fills in variables as compose does. Source: compose specification, "Interpolation".

export interface InterpolationProblem {
	readonly code: 'DM1008' | 'DM1009' | 'DM1010';
	readonly finding: string;
	readonly remedy: string;
	/** The part of the text that it is about. */
	readonly within: string;
}

export interface Interpolated {
	readonly text: string;
	readonly problems: readonly InterpolationProblem[];
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** Fills in `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`, `${NAME?message}`, `${NAME:+other}`, `${NAME+other}`; `$$` is a dollar sign. A default may hold variables, too. */
export const interpolate = (text: string, variables: Variables): Interpolated => {
	const problems: InterpolationProblem[] = [];
	const fill = (part: string, depth: number): string => {
		let filled = '';
		let from = 0;
		for (let dollar = part.indexOf('$'); dollar !== -1; dollar = part.indexOf('$', from)) {
			const token = readToken(part, dollar);
			filled += part.slice(from, dollar) + textOf(token, depth);
			from = dollar + token.whole.length;
		}

		return filled + part.slice(from);
	};

	const textOf = (token: Token, depth: number): string => {
		if (token.kind === 'text') {
			return token.text;
		}

		if (token.kind === 'malformed' || depth > deepest) {
			problems.push(malformed(token.whole));
			return '';
		}

		const {name, operator, argument, whole} = token;
		const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
		const isThere = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
		switch (operator.at(-1)) {
			case '-':
				return isThere ? (value ?? '') : fill(argument, depth + 1);
			case '+':
				return isThere ? fill(argument, depth + 1) : '';
			default:
				if (!isThere) {
					problems.push(operator === '' ? undefinedVariable(name, whole) : requiredVariable(name, argument, whole));
				}

				return value ?? '';
		}
	};

	return {text: fill(text, 0), problems};
};

// Defaults within defaults; compose files in the wild have two.
const deepest = 8;

type Token =
	| {readonly kind: 'text'; readonly whole: string; readonly text: string}
	| {readonly kind: 'malformed'; readonly whole: string}
	| {
			readonly kind: 'variable';
			readonly whole: string;
			readonly name: string;
			/** Empty when there is none. */
			readonly operator: string;
			readonly argument: string;
	  };

const bare = /[A-Za-z_][A-Za-z0-9_]*/y;
const braced = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])([\s\S]*))?$/;

/** Reads what begins with the dollar sign at a position. */
const readToken = (text: string, dollar: number): Token => {
	const next = text[dollar + 1];
	if (next === '$') {
		return {kind: 'text', whole: '$$', text: '$'};
	}

	if (next === '{') {
		const end = endOfBraces(text, dollar);
		const whole = text.slice(dollar, end === -1 ? undefined : end + 1);
		const [, name, operator = '', argument = ''] = end === -1 ? [] : (braced.exec(whole.slice(2, -1)) ?? []);
		return name === undefined ? {kind: 'malformed', whole} : {kind: 'variable', whole, name, operator, argument};
	}

	const name = nameAt(text, dollar + 1);
	return name === undefined
		? {kind: 'text', whole: '$', text: '$'}
		: {kind: 'variable', whole: `$${name}`, name, operator: '', argument: ''};
};

const nameAt = (text: string, index: number): string | undefined => {
	bare.lastIndex = index;
	return bare.exec(text)?.[0];
};

/** Finds the brace that closes the one behind a dollar sign; -1 when there is none. */
const endOfBraces = (text: string, dollar: number): number => {
	let open = 0;
	for (let index = dollar; index < text.length; index++) {
		if (text[index] === '$' && text[index + 1] === '{') {
			open++;
			index++;
		} else if (text[index] === '}') {
			open--;
			if (open === 0) {
				return index;
			}
		}
	}

	return -1;
};

const undefinedVariable = (name: string, within: string): InterpolationProblem => ({
	code: 'DM1008',
	finding: `the variable ${name} is not set`,
	remedy: `Set ${name} in the environment or in .env, give it a default as \${${name}:-value}, or write $$ for a dollar sign.`,
	within,
});

const requiredVariable = (name: string, message: string, within: string): InterpolationProblem => ({
	code: 'DM1009',
	finding: `the variable ${name} is required: ${message || 'it is not set'}`,
	remedy: `Set ${name} in the environment or in .env.`,
	within,
});

const malformed = (whole: string): InterpolationProblem => ({
	code: 'DM1010',
	finding: `${whole} is no variable`,
	// biome-ignore lint/suspicious/noTemplateCurlyInString: that is what the user is to write.
	remedy: 'Write ${NAME}, ${NAME:-default} or ${NAME:?message}; $$ for a dollar sign.',
	within: whole,
});
