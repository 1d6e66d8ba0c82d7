// The published JSON Schema, by which editors complete and check the file.
import {z} from 'zod';
import {mesh} from './schema/mesh.ts';

/** Gives the schema of `mesh.config.yaml`, JSON Schema draft 2020-12. */
export const jsonSchema = (): Readonly<Record<string, unknown>> => ({
	title: 'mesh.config.yaml of devmesh',
	...z.toJSONSchema(mesh, {io: 'input'}),
});
