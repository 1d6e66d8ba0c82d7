// Fills in variables as compose does. Source: compose specification, "Interpolation".

export interface InterpolationProblem {
	readonly code: 'DM1008' | 'DM1009' | 'DM1010';
	readonly finding: string;
	readonly remedy: string;
}

export interface Interpolated {
	readonly text: string;
	readonly problems: readonly InterpolationProblem[];
}

/** Fills in `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`, `${NAME?message}`, `${NAME:+other}`, `${NAME+other}`; `$$` is a dollar sign. */
export const interpolate = (text: string, environment: Readonly<Record<string, string | undefined>>): Interpolated => {
	const problems: InterpolationProblem[] = [];
	const filled = text.replace(pattern, (whole, escaped, bare, braced, operator, argument = '') => {
		if (escaped !== undefined) {
			return '$';
		}

		const name: string | undefined = bare ?? braced;
		if (name === undefined) {
			problems.push(malformed(whole));
			return whole;
		}

		const result = fillIn(name, operator, argument, environment);
		if (typeof result === 'string') {
			return result;
		}

		problems.push(result);
		return '';
	});
	return {text: filled, problems};
};

const pattern = /\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])([^}]*))?\}|\{[^}]*\}?)/g;

const fillIn = (
	name: string,
	operator: string | undefined,
	argument: string,
	environment: Readonly<Record<string, string | undefined>>,
): string | InterpolationProblem => {
	const value = environment[name];
	const isThere = operator?.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
	switch (operator?.at(-1)) {
		case '-':
			return isThere ? (value ?? '') : argument;
		case '+':
			return isThere ? argument : '';
		case '?':
			return isThere
				? (value ?? '')
				: {
						code: 'DM1009',
						finding: `the variable ${name} is required: ${argument || 'it is not set'}`,
						remedy: `Set ${name} in the environment or in .env.`,
					};
		default:
			return (
				value ?? {
					code: 'DM1008',
					finding: `the variable ${name} is not set`,
					remedy: `Set ${name} in the environment or in .env, give it a default as \${${name}:-value}, or write $$ for a dollar sign.`,
				}
			);
	}
};

const malformed = (whole: string): InterpolationProblem => ({
	code: 'DM1010',
	finding: `${whole} is no variable`,
	// biome-ignore lint/suspicious/noTemplateCurlyInString: it is shown to people as it is
	remedy: 'Write ${NAME}, ${NAME:-default} or ${NAME:?message}; $$ for a dollar sign.',
});
