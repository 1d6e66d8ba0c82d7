// Installs the npm packages when they are missing or older than the lock file.
// Runs before anything is installed, on whatever Node npm itself found (18 or newer): plain JavaScript, no packages.
import {spawnSync} from 'node:child_process';
import {statSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const modifiedAt = file => statSync(path.join(root, file), {throwIfNoEntry: false})?.mtimeMs ?? 0;

// npm writes this file last, so a broken-off install is one that never was.
const installedAt = modifiedAt('node_modules/.package-lock.json');

if (installedAt < modifiedAt('package-lock.json')) {
	process.stderr.write('Installing npm packages (once, about half a minute) …\n');
	// Within `npm start`, npm names its own program: the same one is used again, whatever the PATH holds.
	const npm = process.env.npm_execpath;
	const [command, ...first] = npm ? [process.env.npm_node_execpath ?? process.execPath, npm] : ['npm'];
	const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--include=dev'];
	const {status, error} = spawnSync(command, [...first, 'ci', ...quiet], {
		cwd: root,
		// Never interactive: nothing can be asked. What npm prints goes beside the output, so that `--json` stays clean.
		stdio: ['ignore', 2, 2],
		shell: !npm && process.platform === 'win32',
	});
	if (status !== 0) {
		process.stderr.write(
			`npm ci failed${error ? ` (${error.message})` : ''}. Look at the lines above, then run it by hand: npm ci\n`,
		);
		process.exit(1);
	}
}
