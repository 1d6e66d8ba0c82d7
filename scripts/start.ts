// `npm start`: builds what changed, then runs `devmesh up` with the arguments given after `--`.
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {buildIfStale} from './build.ts';

const bin = path.join(import.meta.dirname, '..', 'bin', 'devmesh.js');

await buildIfStale();
process.argv.splice(1, 1, bin, 'up');
await import(pathToFileURL(bin).href);
