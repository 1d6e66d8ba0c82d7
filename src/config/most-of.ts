// Keeps a list of diagnostics as long as somebody would read it.
import type {Diagnostic} from '../model/diagnostic.ts';

// Who has more to correct reads no further anyway.
const mostDiagnostics = 100;

/** Brings the diagnostics of one file in its order. */
export const inFileOrder = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
	diagnostics.toSorted((one, two) => one.place.line - two.place.line || one.place.column - two.place.column);

/** Leaves out what nobody would read. */
export const mostOf = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
	const [next, ...others] = diagnostics.slice(mostDiagnostics);
	return next === undefined
		? diagnostics
		: [
				...diagnostics.slice(0, mostDiagnostics),
				{
					...next,
					code: 'DM1011',
					severity: [next, ...others].some(({severity}) => severity === 'error') ? 'error' : 'warning',
					finding: `${others.length + 1} more findings are not shown`,
					remedy: 'Correct those above first.',
				},
			];
};
