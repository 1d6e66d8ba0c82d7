// Bundles the sidecar's two programs: one file each loads in a third of the time that two hundred take, and every sidecar loads its own.
import path from 'node:path';
import {build} from 'esbuild';

const root = path.dirname(import.meta.dirname);

await build({
	absWorkingDir: root,
	entryPoints: ['src/sidecar/main.ts', 'src/sidecar/worker.ts'],
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
	legalComments: 'none',
	logLevel: 'warning',
});
