// Writes the description of the API: `node scripts/write-openapi.ts`, after a change of its operations or of the shapes in `src/model/`.
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {openApi} from './open-api.ts';

const file = path.join(path.dirname(import.meta.dirname), 'schema', 'openapi.json');
await mkdir(path.dirname(file), {recursive: true});
await writeFile(file, await openApi());
