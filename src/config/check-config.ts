// Checks the text of a config file: everything that is wrong with it, at once.
import type {Diagnostic} from '../model/diagnostic.ts';
import type {MeshConfig} from '../model/mesh-config.ts';
import {buildConfig} from './build-config.ts';
import {castVariables} from './cast-variables.ts';
import {decodeText} from './decode-text.ts';
import {explainDefault, explainIssues} from './explain-issues.ts';
import type {Finding} from './finding.ts';
import {inFileOrder, mostOf} from './most-of.ts';
import {parseYaml} from './parse-yaml.ts';
import {placeFinding} from './place-diagnostic.ts';
import {createPlaceRange, wholeFile} from './place-finding.ts';
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
	const tools = {yaml, text: decoded, placeRange};
	const diagnostics = mostOf(
		inFileOrder([
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
				.map(finding => placeFinding(finding, tools)),
		]),
	);
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

const emptyFile = (file: string): Diagnostic => ({
	code: 'DM1004',
	severity: 'error',
	...wholeFile(file),
	finding: 'the file is empty',
	remedy: 'Write at least one service, or let `devmesh init` write a file to start from.',
});
