// Puts the description of the API together: operations as they are listed, shapes as TypeScript has them, their comments included.
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {createGenerator} from 'ts-json-schema-generator';
import {z} from 'zod';
import {type Answer, type Operation, operations} from '../src/admin/operations.ts';
import {runningFault} from '../src/config/schema/traffic.ts';

type Json = Readonly<Record<string, unknown>>;

const root = path.dirname(import.meta.dirname);

/** Gives the text of the published file. */
export const openApi = async (): Promise<string> => {
	const {version} = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {readonly version: string};
	const paths = Map.groupBy(operations, operation => operation.path);
	const description = {
		openapi: '3.1.0',
		info: {
			title: 'devmesh',
			version,
			description: 'The API of a running mesh. Its address and token stand in api.json of its state folder.',
		},
		servers: [{url: '/api/v1'}],
		security: [{token: []}],
		paths: Object.fromEntries(
			[...paths].map(([place, own]) => [
				place,
				Object.fromEntries(own.map(operation => [operation.method, describe(operation)])),
			]),
		),
		components: {
			securitySchemes: {token: {type: 'http', scheme: 'bearer'}},
			responses: {
				Problem: {
					description: 'Refused, with what can be done about it.',
					content: {'application/json': {schema: reference('ApiProblem')}},
				},
			},
			schemas: {...shapes(), Fault: z.toJSONSchema(runningFault, {io: 'input', target: 'draft-2020-12'})},
		},
	};
	return `${JSON.stringify(description, null, '\t')}\n`;
};

const describe = ({id, summary, path: place, query = {}, takesFault, answer}: Operation): Json => ({
	operationId: id,
	summary,
	parameters: [
		...[...place.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
			name,
			in: 'path',
			required: true,
			schema: {type: 'string'},
		})),
		...Object.entries(query).map(([name, {description, type, enum: values}]) => ({
			name,
			in: 'query',
			description,
			schema: {type, ...(values && {enum: values})},
		})),
	],
	...(takesFault && {
		requestBody: {required: true, content: {'application/json': {schema: reference('Fault')}}},
	}),
	responses: {...responseOf(answer), default: {$ref: '#/components/responses/Problem'}},
});

const responseOf = (answer: Answer): Json => {
	const content = (type: string, schema: Json): Json => ({content: {[type]: {schema}}});
	switch (answer.kind) {
		case 'json': {
			const schema = reference(answer.type);
			return {
				[answer.status]: {
					description: answer.type,
					...content('application/json', answer.isList ? {type: 'array', items: schema} : schema),
				},
			};
		}

		case 'text':
			return {200: {description: answer.description, ...content('text/plain', {type: 'string'})}};
		case 'events':
			return {
				200: {
					description: `Events; the data of each is a ${answer.type}.`,
					...content('text/event-stream', {type: 'string'}),
				},
			};
		case 'lines':
			return {
				200: {description: `Lines; each is a ${answer.type}.`, ...content('application/x-ndjson', {type: 'string'})},
			};
		case 'accepted':
			return {202: {description: 'It has begun.'}};
		case 'any':
			return {200: {description: 'OpenAPI 3.1.', ...content('application/json', {type: 'object'})}};
	}
};

const reference = (type: string): Json => ({$ref: `#/components/schemas/${type}`});

/** The shapes that operations name, and all that these are made of. */
const shapes = (): Json => {
	const named = new Set(['ApiProblem', ...operations.flatMap(({answer}) => ('type' in answer ? [answer.type] : []))]);
	const generator = createGenerator({
		path: path.join(root, 'src/model/*.ts'),
		tsconfig: path.join(root, 'tsconfig.json'),
		skipTypeCheck: true,
		additionalProperties: true,
		encodeRefs: false,
	});
	const found = new Map<string, unknown>();
	for (const type of named) {
		for (const [name, schema] of Object.entries(generator.createSchema(type).definitions ?? {})) {
			found.set(name, schema);
		}
	}

	const text = JSON.stringify(Object.fromEntries([...found].sort(([one], [other]) => (one < other ? -1 : 1))));
	return JSON.parse(text.replaceAll('#/definitions/', '#/components/schemas/')) as Json;
};
