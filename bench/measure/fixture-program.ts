// Starts two meshes in one fresh process: `node fixture-program.ts <config as JSON>`. Prints FixtureTimes.
import process from 'node:process';
import type {MeshFile} from '../../src/config/schema/mesh.ts';
import {loadStartMesh} from '../peers/devmesh.ts';
import type {FixtureTimes} from './start.ts';

const config = JSON.parse(process.argv[2] ?? '') as MeshFile;

const begin = performance.now();
const startMesh = await loadStartMesh();
await using _first = await startMesh(config);
const between = performance.now();
await using _second = await startMesh(config);
const end = performance.now();
const times: FixtureTimes = {firstMs: between - begin, secondMs: end - between};
process.stdout.write(JSON.stringify(times));
