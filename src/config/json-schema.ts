// The published JSON Schema, by which editors complete and check the file.
import {z} from 'zod';
import {mesh} from './schema/mesh.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Gives the schema of `mesh.config.yaml`, JSON Schema draft 2020-12. */
export const jsonSchema = (): Readonly<Record<string, unknown>> => ({
	title: 'mesh.config.yaml of devmesh',
	...z.toJSONSchema(mesh, {
		io: 'input',
		override: ({jsonSchema: schema}) => {
			removeNoise(schema);
			allowVariables(schema);
		},
	}),
	// One of the two must be there.
	anyOf: [
		{type: 'object', properties: {services: {type: 'object'}}, required: ['services']},
		{type: 'object', properties: {compose: {type: ['string', 'array']}}, required: ['compose']},
	],
});

/** zod's own words, and bounds that only say what a double holds. */
const removeNoise = (schema: JsonSchema): void => {
	if (schema.format === 'starts_with') {
		delete schema.format;
	}

	delete schema.default;
	for (const bound of ['minimum', 'maximum'] as const) {
		if (Math.abs(Number(schema[bound])) === Number.MAX_SAFE_INTEGER) {
			delete schema[bound];
		}
	}
};

/** An editor sees the file before its variables are filled in: a text with a dollar sign may become anything. */
const allowVariables = (schema: JsonSchema): void => {
	const isNarrow =
		['boolean', 'integer', 'number'].includes(String(schema.type)) ||
		schema.enum !== undefined ||
		schema.const !== undefined ||
		schema.pattern !== undefined;
	if (isNarrow) {
		const {description, ...narrow} = schema;
		for (const key of Object.keys(schema)) {
			delete schema[key];
		}

		Object.assign(schema, {
			...(description !== undefined && {description}),
			anyOf: [narrow, {type: 'string', pattern: '\\$'}],
		});
	}
};
