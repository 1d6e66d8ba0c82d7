// Reads the config file of a mesh, and the .env file beside it.
import {open, readFile} from 'node:fs/promises';
import path from 'node:path';
import {parseEnv} from 'node:util';
import {type CheckResult, checkConfig, longestFile} from './check-config.ts';
import {wholeFile} from './place-finding.ts';

/** Reads and checks a file (its path absolute). A file that cannot be read is a diagnostic, too. The environment goes before .env, as compose has it. */
export const readConfig = async (
	file: string,
	environment: Readonly<Record<string, string | undefined>>,
): Promise<CheckResult> => {
	const folder = path.dirname(file);
	const shown = path.basename(file);
	const fromFile = await readFile(path.join(folder, '.env'), 'utf8').then(parseEnv, () => ({}));
	try {
		const text = await readBounded(file, longestFile + 1);
		return checkConfig({text, file: shown, folder, environment: {...fromFile, ...environment}});
	} catch (error) {
		return {config: undefined, diagnostics: [unreadable(shown, error as NodeJS.ErrnoException)]};
	}
};

const readBounded = async (file: string, limit: number): Promise<Uint8Array> => {
	const handle = await open(file, 'r');
	try {
		const {buffer, bytesRead} = await handle.read(Buffer.alloc(limit), 0, limit, 0);
		return buffer.subarray(0, bytesRead);
	} finally {
		await handle.close();
	}
};

const unreadable = (file: string, error: NodeJS.ErrnoException) =>
	({
		code: 'DM1001',
		severity: 'error',
		...wholeFile(file),
		finding: error.code === 'ENOENT' ? 'the file does not exist' : `the file cannot be read: ${error.message}`,
		remedy:
			error.code === 'ENOENT'
				? 'Let `devmesh init` write one, or name another with --file.'
				: 'Look at its permissions.',
	}) as const;
