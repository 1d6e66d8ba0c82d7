// Tells which source a place in the bundled sidecar comes from.
import {readFile} from 'node:fs/promises';
import {SourceMap} from 'node:module';
import path from 'node:path';
import {build} from 'esbuild';
import {sidecarBundle} from '../../scripts/sidecar-bundle.ts';

/** Gives a module such as `src/http/headers.ts` for a line and a column, both from 0; empty for what the bundler made. */
export type ModuleOf = (line: number, column: number) => string;

/** Bundles `worker.js` once more, with a map of its sources. Throws when what was built is another one. */
export const modulesOfBundle = async (): Promise<ModuleOf> => {
	const {outputFiles} = await build({...sidecarBundle, write: false, sourcemap: 'external', sourcesContent: false});
	const [map, worker] = ['worker.js.map', 'worker.js'].map(
		name => outputFiles.find(file => path.basename(file.path) === name)?.text ?? '',
	);
	const file = path.join(sidecarBundle.absWorkingDir, sidecarBundle.outdir, 'worker.js');
	if (!map || worker !== (await readFile(file, 'utf8'))) {
		throw new Error(`${file} is not what the sources give: build anew`);
	}

	const sources = new SourceMap(JSON.parse(map));
	return (line, column) => {
		const entry = sources.findEntry(line, column);
		return 'originalSource' in entry ? entry.originalSource.replace(/^(?:\.\.\/)+/, '') : '';
	};
};
