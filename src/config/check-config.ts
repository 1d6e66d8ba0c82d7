// Checks the text of a config file: everything that is wrong with it, at once.
import type {Diagnostic} from '../model/diagnostic.ts';
import type {MeshConfig} from '../model/mesh-config.ts';
import {buildConfig} from './build-config.ts';
import {castVariables} from './cast-variables.ts';
import {decodeText} from './decode-text.ts';
import {explainDefault, explainIssues} from './explain-issues.ts';
import type {Finding} from './finding.ts';
import {type ParsedYaml, parseYaml} from './parse-yaml.ts';
import {createPlaceRange, type PlaceRange, wholeFile} from './place-finding.ts';
import {partOfRange} from './range-of-path.ts';
import {rules} from './rules/rule-table.ts';
import {mesh} from './schema/mesh.ts';
import {isConsequence, withoutMistakes} from './without-mistakes.ts';

export interface CheckRequest {
	/** A text, or the bytes of a file. */
	readonly text: string | Uint8Array;
	/** As people are told its name. */
	readonly file: string;
	/** That relative paths start from, absolute. */
	readonly folder: string;
	/** For variables. */
	readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface CheckResult {
	/** Undefined when a diagnostic is an error. */
	readonly config: MeshConfig | undefined;
	/** In the order of the file. */
	readonly diagnostics: readonly Diagnostic[];
}

/** Checks a file. Pure, and never throws, whatever stands in it. */
export const checkConfig = ({text, file, folder, environment}: CheckRequest): CheckResult => {
	const decoded = decodeText(text, file);
	if (typeof decoded !== 'string') {
		return {config: undefined, diagnostics: [decoded]};
	}

	const placeRange = createPlaceRange(file, decoded);
	const yaml = parseYaml(decoded, environment);
	if (yaml.value === null) {
		return {config: undefined, diagnostics: [emptyFile(file)]};
	}

	if (yaml.filledValues.size > 0) {
		castVariables(yaml.value, mesh, path => yaml.filledValues.has(yaml.rangeOf(path, 'value').start));
	}

	const {input, findings} = checkValue(withRuntime(yaml.value, environment[runtimeVariable]));
	const diagnostics = mostOf([
		...yaml.problems.map(
			({code, finding, remedy, range}): Diagnostic => ({
				code,
				severity: 'error',
				finding,
				remedy,
				...placeRange(range),
			}),
		),
		...findings
			.filter(({path}) => !yaml.unknownValues.has(yaml.rangeOf(path, 'value').start))
			.map(placeIn(yaml, decoded, placeRange)),
	]);
	const isSound = input !== undefined && diagnostics.every(({severity}) => severity === 'warning');
	const placeOf = (path: Finding['path']) => placeRange(yaml.rangeOf(path, 'key')).place;
	return {config: isSound ? buildConfig(input, {folder, placeOf}) : undefined, diagnostics};
};

/** Says where the services run, whatever the file says. */
export const runtimeVariable = 'DEVMESH_RUNTIME';

const withRuntime = (value: unknown, runtime: string | undefined): unknown =>
	runtime && typeof value === 'object' && !Array.isArray(value) ? {...value, runtime} : value;

const checkValue = (value: unknown) => {
	if (value === undefined) {
		return {input: undefined, findings: []};
	}

	const result = mesh.safeParse(value, {reportInput: true, error: explainDefault});
	if (result.success) {
		return {input: result.data, findings: rules.flatMap(rule => rule(result.data))};
	}

	const {input: rest, removed, pathInWhole} = withoutMistakes(value, mesh);
	const further = rest
		? rules.flatMap(rule => rule(rest)).map(finding => ({...finding, path: pathInWhole(finding.path)}))
		: [];
	return {
		input: undefined,
		findings: [
			...explainIssues(result.error.issues, {schema: mesh, name: 'the file'}),
			...further.filter(({path}) => !isConsequence(path, removed)),
		],
	};
};

const placeIn =
	(yaml: ParsedYaml, text: string, placeRange: PlaceRange) =>
	({code, severity = 'error', finding, remedy, path, at = 'value', within}: Finding): Diagnostic => {
		const range = yaml.rangeOf(path, at);
		return {
			code,
			severity,
			finding,
			remedy,
			...placeRange(within === undefined ? range : partOfRange(text, range, within)),
		};
	};

// Who has more to correct reads no further anyway.
const mostDiagnostics = 100;

/** Brings them in the order of the file, and leaves out what nobody would read. */
const mostOf = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
	const ordered = diagnostics.toSorted(
		(one, two) => one.place.line - two.place.line || one.place.column - two.place.column,
	);
	const [next, ...others] = ordered.slice(mostDiagnostics);
	return next === undefined
		? ordered
		: [
				...ordered.slice(0, mostDiagnostics),
				{
					...next,
					code: 'DM1011',
					severity: 'error',
					finding: `${others.length + 1} more findings are not shown`,
					remedy: 'Correct those above first.',
				},
			];
};

const emptyFile = (file: string): Diagnostic => ({
	code: 'DM1004',
	severity: 'error',
	...wholeFile(file),
	finding: 'the file is empty',
	remedy: 'Write at least one service, or let `devmesh init` write a file to start from.',
});
