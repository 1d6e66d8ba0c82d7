// Reads the text of one compose file; its services are read when they are asked for. Source: compose specification.
import {decodeText} from '../../config/decode-text.ts';
import type {ConfigPath} from '../../config/finding.ts';
import type {Variables} from '../../config/interpolate.ts';
import {type ParsedYaml, parseYaml} from '../../config/parse-yaml.ts';
import {placeFinding, placePath} from '../../config/place-diagnostic.ts';
import {createPlaceRange, wholeFile} from '../../config/place-finding.ts';
import type {Diagnostic} from '../../model/diagnostic.ts';
import {fieldsOf, replaced} from './read-fields.ts';
import {type IncludeUse, readInclude} from './read-include.ts';
import {createNode, isGroup, type ReadNode} from './read-node.ts';
import {text as readText} from './readers.ts';
import {type ComposeService, type Extension, readService} from './service-fields.ts';
import {type ComposeResources, readResources, resourceFields} from './top-fields.ts';

export interface ComposeFileRequest {
	/** A text, or the bytes of a file. */
	readonly text: string | Uint8Array;
	/** As people are told its name. */
	readonly shown: string;
	/** That relative paths start from, absolute. */
	readonly folder: string;
	/** What `~` stands for. */
	readonly home: string;
	readonly variables: Variables;
	readonly report: (diagnostic: Diagnostic) => void;
}

export interface ComposeFile {
	readonly shown: string;
	readonly name: string | undefined;
	readonly serviceNames: readonly string[];
	/** Reads a service, once. Undefined when there is none. */
	readonly service: (name: string) => ServiceReading | undefined;
	readonly resources: ComposeResources;
	readonly include: readonly IncludeUse[];
	/** What earlier files say at these places does not count: `!reset` and `!override`. */
	readonly cleared: readonly ConfigPath[];
}

/** What one file says of a service. */
export interface ServiceReading {
	readonly fields: ComposeService;
	readonly extends?: Extension;
	readonly node: ReadNode;
}

// A mesh has no more, either.
const mostServices = 500;

/** Reads a file. What is wrong with it is reported; undefined when nothing of it can be used. */
export const readComposeFile = (request: ComposeFileRequest): ComposeFile | undefined => {
	const {shown, report} = request;
	const text = decodeText(request.text, shown);
	if (typeof text !== 'string') {
		report(text);
		return undefined;
	}

	const placeRange = createPlaceRange(shown, text);
	const yaml = parseYaml(text, request.variables, ['!reset', '!override']);
	for (const {range, ...problem} of yaml.problems) {
		report({...problem, ...leniency(problem), ...placeRange(range)});
	}

	if (yaml.value === null) {
		report({...emptyFile, ...wholeFile(shown)});
	}

	if (yaml.value === null || yaml.value === undefined) {
		return undefined;
	}

	const tools = {yaml, text, placeRange};
	const node = createNode(withoutReset(yaml), {
		folder: request.folder,
		home: request.home,
		report: finding => report(placeFinding(finding, tools)),
		placed: (path, at) => placePath(tools, path, at),
	});
	return readTop(node, shown, yaml);
};

const readTop = (node: ReadNode, shown: string, yaml: ParsedYaml): ComposeFile | undefined => {
	const top = topFields(node);
	if (!top) {
		return undefined;
	}

	const services = node.at('services');
	const names = isGroup(services.value) ? Object.keys(services.value) : [];
	if (services.value !== undefined && services.value !== null && !isGroup(services.value)) {
		services.complain({
			code: 'DM4001',
			finding: 'this is no group of services',
			remedy: 'Write services by name, such as { web: { image: nginx } }.',
		});
	}

	if (names.length > mostServices) {
		services.complain({
			code: 'DM4001',
			at: 'key',
			finding: `these are ${names.length} services`,
			remedy: `Write at most ${mostServices}: is this the right file?`,
		});
		return undefined;
	}

	const readings = new Map<string, ServiceReading | undefined>();
	return {
		shown,
		name: top.name,
		serviceNames: names,
		service: name => {
			if (!readings.has(name)) {
				readings.set(name, names.includes(name) ? readOne(services.at(name)) : undefined);
			}

			return readings.get(name);
		},
		resources: readResources(top),
		include: top.include ?? [],
		cleared: yaml.taggedValues.map(({path}) => path),
	};
};

const readOne = (node: ReadNode): ServiceReading => {
	const {extends: extension, ...fields} = readService(node) ?? {};
	return {fields, ...(extension && {extends: extension}), node};
};

const topFields = fieldsOf(
	{
		// Only old versions of compose looked at it.
		version: replaced<unknown>(({value}) => value),
		name: replaced(readText),
		services: replaced<unknown>(({value}) => value),
		include: replaced(readInclude),
		...resourceFields,
	},
	{models: 'Only containers and local processes are run.'},
);

/** An unset variable is blank in compose files, and only worth a warning. */
const leniency = ({code, finding}: {readonly code: string; readonly finding: string}) =>
	code === 'DM1008'
		? ({severity: 'warning', finding: `${finding}, so it is read as empty`} as const)
		: ({severity: 'error'} as const);

const emptyFile = {
	code: 'DM1004',
	severity: 'error',
	finding: 'the file is empty',
	remedy: 'Write at least one service, or name another file.',
} as const;

/** Takes out what `!reset` stands before: it only says that earlier files do not count. */
const withoutReset = ({value, taggedValues}: ParsedYaml): unknown =>
	taggedValues.filter(({tag}) => tag === '!reset').reduce((rest, {path}) => withoutPath(rest, path), value);

/** Gives a value without what is at a path. */
export const withoutPath = <Value>(value: Value, [key, ...rest]: ConfigPath): Value => {
	if (key === undefined || !isGroup(value) || !Object.hasOwn(value, key)) {
		return value;
	}

	const {[key]: inner, ...others} = value;
	return (rest.length === 0 ? others : {...value, [key]: withoutPath(inner, rest)}) as Value;
};
