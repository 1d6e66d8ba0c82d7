// How the sidecar's programs are bundled: for the build, and for whoever wants to know which source a place in them comes from.
import path from 'node:path';
import type {BuildOptions, Plugin} from 'esbuild';

const root = path.dirname(import.meta.dirname);

// All of undici is a megabyte of fetch, web sockets, caches and mocks, which every sidecar would read at its start: of these, it uses the pool.
const poolAlone: Plugin = {
	name: 'pool-alone',
	setup: ({onResolve, onLoad}) => {
		onResolve({filter: /^undici$/}, () => ({path: 'undici', namespace: 'pool-alone'}));
		onLoad({filter: /^/, namespace: 'pool-alone'}, () => ({
			contents: "export {default as Pool} from 'undici/lib/dispatcher/pool.js';",
			resolveDir: root,
		}));
	},
};

/** For esbuild. */
export const sidecarBundle = {
	absWorkingDir: root,
	entryPoints: ['main', 'worker', 'pause', 'pod', 'ask'].map(name => `src/sidecar/${name}.ts`),
	outdir: 'dist/sidecar',
	allowOverwrite: true,
	bundle: true,
	platform: 'node',
	format: 'esm',
	target: 'node22',
	// Some of the packages are CommonJS and ask for Node's own modules.
	banner: {
		js: "import {createRequire as createRequireOfBundle} from 'node:module';\nconst require = createRequireOfBundle(import.meta.url);",
	},
	plugins: [poolAlone],
	// Names stay for stack traces; the rest is only more to read.
	minifySyntax: true,
	minifyWhitespace: true,
	legalComments: 'none',
	logLevel: 'warning',
} satisfies BuildOptions;
