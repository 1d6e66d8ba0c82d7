// Checks the text of a config file: everything that is wrong with it, at once.
import type {Diagnostic} from '../model/diagnostic.ts';
import type {MeshConfig} from '../model/mesh-config.ts';
import {buildConfig} from './build-config.ts';
import {explainIssues} from './explain-issues.ts';
import type {Finding} from './finding.ts';
import {type ParsedYaml, parseYaml} from './parse-yaml.ts';
import {placeRange, type SourceText, wholeFile} from './place-finding.ts';
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

/** The largest file that is read, in bytes. */
export const longestFile = 1024 * 1024;

/** Checks a file. Pure, and never throws, whatever stands in it. */
export const checkConfig = ({text, file, folder, environment}: CheckRequest): CheckResult => {
	const decoded = decode(text, file);
	if (typeof decoded !== 'string') {
		return {config: undefined, diagnostics: [decoded]};
	}

	const source: SourceText = {file, text: decoded};
	const yaml = parseYaml(decoded, environment);
	const problems = yaml.problems.map(
		({code, finding, remedy, range}): Diagnostic => ({
			code,
			severity: 'error',
			finding,
			remedy,
			...placeRange(source, range),
		}),
	);
	if (yaml.value === null || (yaml.value === undefined && problems.length === 0)) {
		return {config: undefined, diagnostics: [emptyFile(file)]};
	}

	const {input, findings} = checkValue(yaml.value);
	const diagnostics = [...problems, ...findings.map(finding => place(finding, yaml, source))].sort(byPlace);
	const isSound = input !== undefined && diagnostics.every(({severity}) => severity === 'warning');
	const placeOf = (path: Finding['path']) => placeRange(source, yaml.rangeOf(path, 'key')).place;
	const jobs = new Set(Object.entries(input?.services ?? {}).flatMap(([name, {job}]) => (job ? [name] : [])));
	return {config: isSound ? buildConfig(input, {folder, placeOf, jobs}) : undefined, diagnostics};
};

const checkValue = (value: unknown) => {
	if (value === undefined) {
		return {input: undefined, findings: []};
	}

	const result = mesh.safeParse(value, {reportInput: true});
	if (result.success) {
		return {input: result.data, findings: rules.flatMap(rule => rule(result.data))};
	}

	const {input: rest, removed} = withoutMistakes(value, mesh);
	const further = rest ? rules.flatMap(rule => rule(rest)).filter(({path}) => !isConsequence(path, removed)) : [];
	return {input: undefined, findings: [...explainIssues(result.error.issues, mesh), ...further]};
};

const place = (finding: Finding, yaml: ParsedYaml, source: SourceText): Diagnostic => ({
	code: finding.code,
	severity: finding.severity ?? 'error',
	finding: finding.finding,
	remedy: finding.remedy,
	...placeRange(source, yaml.rangeOf(finding.path, finding.at ?? 'value')),
});

const byPlace = (one: Diagnostic, two: Diagnostic): number =>
	one.place.line - two.place.line || one.place.column - two.place.column;

const decode = (text: string | Uint8Array, file: string): string | Diagnostic => {
	if (text.length > longestFile) {
		return {
			code: 'DM1002',
			severity: 'error',
			...wholeFile(file),
			finding: `the file has ${text.length} bytes, more than the ${longestFile} that are read`,
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

const emptyFile = (file: string): Diagnostic => ({
	code: 'DM1004',
	severity: 'error',
	...wholeFile(file),
	finding: 'the file is empty',
	remedy: 'Write at least one service, or let `devmesh init` write a file to start from.',
});
