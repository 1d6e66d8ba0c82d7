// Checks the text of a config file: everything that is wrong with it, at once.
import path from 'node:path';
import type {Diagnostic} from '../model/diagnostic.ts';
import type {MeshConfig} from '../model/mesh-config.ts';
import {buildConfig} from './build-config.ts';
import {castVariables} from './cast-variables.ts';
import type {ComposeReading, ComposeRequest} from './compose-reader.ts';
import {runtimeVariable} from './control-variables.ts';
import {decodeText} from './decode-text.ts';
import {explainDefault, explainIssues} from './explain-issues.ts';
import type {Finding} from './finding.ts';
import {inFileOrder, mostOf} from './most-of.ts';
import {type ParsedYaml, parseYaml} from './parse-yaml.ts';
import {placeFinding} from './place-diagnostic.ts';
import {createPlaceRange, type PlaceRange, wholeFile} from './place-finding.ts';
import {rules} from './rules/rule-table.ts';
import {type MeshInput, mesh} from './schema/mesh.ts';
import {type ComposedServices, composedForRules, composedServices} from './take-composed.ts';
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
	/** In the order of the file; those of compose files behind them. */
	readonly diagnostics: readonly Diagnostic[];
}

/** A file whose text was read. */
export interface OpenedConfig {
	/** The compose files that it takes services from; undefined when it names none. */
	readonly compose: Pick<ComposeRequest, 'files' | 'profiles'> | undefined;
	/** Checks it, with what was read of these files. */
	readonly check: (reading?: ComposeReading) => CheckResult;
}

/** Checks a file that takes nothing from compose files. Pure, and never throws, whatever stands in it. */
export const checkConfig = (request: CheckRequest): CheckResult => openConfig(request).check();

/** Opens a file. Pure, and never throws, whatever stands in it. */
export const openConfig = ({text, file, folder, environment}: CheckRequest): OpenedConfig => {
	const decoded = decodeText(text, file);
	if (typeof decoded !== 'string') {
		return {compose: undefined, check: () => ({config: undefined, diagnostics: [decoded]})};
	}

	const yaml = parseYaml(decoded, environment);
	if (yaml.value === null) {
		return {compose: undefined, check: () => ({config: undefined, diagnostics: [emptyFile(file)]})};
	}

	if (yaml.filledValues.size > 0) {
		castVariables(yaml.value, mesh, path => yaml.filledValues.has(yaml.rangeOf(path, 'value').start));
	}

	const opened = {
		text: decoded,
		file,
		folder,
		yaml,
		placeRange: createPlaceRange(file, decoded),
		runtime: environment[runtimeVariable],
	};
	const compose = composeOf(opened);
	return {
		compose,
		check: reading => checkOpened(opened, compose && (reading ?? unread(compose))),
	};
};

interface OpenedText {
	readonly text: string;
	readonly file: string;
	readonly folder: string;
	readonly yaml: ParsedYaml;
	readonly placeRange: PlaceRange;
	/** What the environment says of it, whatever the file says. */
	readonly runtime: string | undefined;
}

const checkOpened = (opened: OpenedText, reading: ComposeReading | undefined): CheckResult => {
	const {text, file, folder, yaml, placeRange, runtime} = opened;
	const composed = composedServices(reading);
	const {input, findings} = checkValue(withRuntime(yaml.value, runtime), reading, composed);
	const ownServices = (yaml.value as {readonly services?: object} | undefined)?.services ?? {};
	/** Of a service of which this file says nothing, the place in the compose file. */
	const placeInCompose = ([top, name]: Finding['path']) =>
		top === 'services' && composed.has(String(name)) && !Object.hasOwn(ownServices, String(name))
			? reading?.services.find(({workload}) => workload.name === name)?.placed
			: undefined;
	const placed = findings
		.filter(({path}) => !yaml.unknownValues.has(yaml.rangeOf(path, 'value').start))
		.map(finding => ({
			...placeFinding(finding, {yaml, text, placeRange}),
			...placeInCompose(finding.path),
		}));
	const problems = yaml.problems.map(
		({range, ...problem}): Diagnostic => ({...problem, severity: 'error', ...placeRange(range)}),
	);
	const all = inFilesOrder(file, [...problems, ...placed, ...(reading?.diagnostics ?? [])]);
	const isSound = input !== undefined && all.every(({severity}) => severity === 'warning');
	const placeOf = (path: Finding['path']) => (placeInCompose(path) ?? placeRange(yaml.rangeOf(path, 'key'))).place;
	return {
		config: isSound ? buildConfig(input, {folder, placeOf, ...(reading && {reading})}) : undefined,
		diagnostics: mostOf(all),
	};
};

const withRuntime = (value: unknown, runtime: string | undefined): unknown =>
	runtime && typeof value === 'object' && !Array.isArray(value) ? {...value, runtime} : value;

const checkValue = (value: unknown, reading: ComposeReading | undefined, composed: ComposedServices) => {
	if (value === undefined) {
		return {input: undefined, findings: []};
	}

	// What is missing because a compose file is broken is no further mistake.
	const isComplete = !reading?.diagnostics.some(({severity}) => severity === 'error');
	const applyRules = (input: MeshInput): readonly Finding[] => {
		const whole = composedForRules(input, composed);
		return isComplete ? rules.flatMap(rule => rule(whole, composed)) : [];
	};

	const missing = lacksServices(value) ? [noServices] : [];
	const result = mesh.safeParse(value, {reportInput: true, error: explainDefault});
	if (result.success) {
		return {
			input: missing.length > 0 ? undefined : result.data,
			findings: [...missing, ...applyRules(result.data)],
		};
	}

	const {input: rest, removed, pathInWhole} = withoutMistakes(value, mesh);
	const further = rest ? applyRules(rest).map(finding => ({...finding, path: pathInWhole(finding.path)})) : [];
	return {
		input: undefined,
		findings: [
			...missing,
			...explainIssues(result.error.issues, {schema: mesh, name: 'the file'}),
			...further.filter(({path}) => !isConsequence(path, removed)),
		],
	};
};

const lacksServices = (value: unknown): boolean =>
	typeof value === 'object' &&
	value !== null &&
	!Array.isArray(value) &&
	!Object.hasOwn(value, 'services') &&
	!Object.hasOwn(value, 'compose');

const noServices: Finding = {
	code: 'DM1104',
	path: ['services'],
	finding: 'the file lacks "services"',
	remedy:
		'Add services: by name, such as { web: { port: 8080, command: node app.js } }, or compose: with the path of a compose file.',
};

/** Reads which compose files are named; nothing else is looked at yet. */
const composeOf = ({yaml, placeRange, folder}: OpenedText): OpenedConfig['compose'] => {
	const {compose, profiles} = (yaml.value ?? {}) as {readonly compose?: unknown; readonly profiles?: unknown};
	const files = textsOf(compose);
	return files.length === 0
		? undefined
		: {
				files: files.map((file, index) => ({
					path: path.resolve(folder, file),
					placed: placeRange(yaml.rangeOf(Array.isArray(compose) ? ['compose', index] : ['compose'], 'value')),
				})),
				profiles: textsOf(profiles),
			};
};

const textsOf = (value: unknown): readonly string[] =>
	(Array.isArray(value) ? value : [value]).filter(
		(entry): entry is string => typeof entry === 'string' && entry !== '',
	);

/** Who checks without reading must not take the services for none. */
const unread = ({files}: NonNullable<OpenedConfig['compose']>): ComposeReading => ({
	name: undefined,
	services: [],
	authorization: [],
	diagnostics: files.slice(0, 1).map(({placed}) => ({
		code: 'DM4004',
		severity: 'error',
		...placed,
		finding: 'compose files are not read here',
		remedy: 'Check the file with `devmesh validate`.',
	})),
	files: [],
});

/** The file itself comes first, then the others as they were named first. */
const inFilesOrder = (file: string, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
	[...new Set([file, ...diagnostics.map(({place}) => place.file)])].flatMap(name =>
		inFileOrder(diagnostics.filter(({place}) => place.file === name)),
	);

const emptyFile = (file: string): Diagnostic => ({
	code: 'DM1004',
	severity: 'error',
	...wholeFile(file),
	finding: 'the file is empty',
	remedy: 'Write at least one service, or let `devmesh init` write a file to start from.',
});
