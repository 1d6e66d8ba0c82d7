// Writes the JSON Schema that editors read: `node scripts/write-schema.ts`, after a change of `src/config/schema/`.
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {jsonSchema} from '../src/config/json-schema.ts';

const file = path.join(path.dirname(import.meta.dirname), 'schema', 'mesh.config.schema.json');
await mkdir(path.dirname(file), {recursive: true});
await writeFile(file, `${JSON.stringify(jsonSchema(), null, '\t')}\n`);
