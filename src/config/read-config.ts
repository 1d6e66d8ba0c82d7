// Reads the config file of a mesh, the .env file beside it, and the compose files that it names.
import path from 'node:path';
import {parseEnv} from 'node:util';
import type {Diagnostic} from '../model/diagnostic.ts';
import {type CheckResult, openConfig} from './check-config.ts';
import type {ComposeReader} from './compose-reader.ts';
import {folderVariable} from './control-variables.ts';
import {wholeFile} from './place-finding.ts';
import {readBounded} from './read-bounded.ts';

export interface ReadResult extends CheckResult {
	/** What stands in the file; undefined when it could not be read. */
	readonly text: string | undefined;
	/** All that was read, and what would have been if it were there: a change of any of them may change the config. Absolute. */
	readonly files: readonly string[];
}

/**
 * Reads and checks a file (its path absolute), and by the reader the compose files that it names. A file that cannot be read is a
 * diagnostic, too. The environment goes before .env, as compose has it.
 */
export const readConfig = async (
	file: string,
	environment: Readonly<Record<string, string | undefined>>,
	readCompose: ComposeReader,
): Promise<ReadResult> => {
	const folder = environment[folderVariable] ?? path.dirname(file);
	const shown = path.basename(file);
	const files = [file, path.join(folder, '.env')];
	try {
		const [bytes, variables] = await Promise.all([readBounded(file), readVariables(path.join(folder, '.env'))]);
		const opened = openConfig({
			text: bytes,
			file: shown,
			folder,
			environment: {...variables.values, ...defined(environment)},
		});
		const reading = opened.compose && (await readCompose({...opened.compose, folder, environment}));
		const {config, diagnostics} = opened.check(reading);
		return {
			config: variables.problem ? undefined : config,
			diagnostics: [...(variables.problem ? [variables.problem] : []), ...diagnostics],
			text: new TextDecoder().decode(bytes),
			files: [...new Set([...files, ...(reading?.files ?? [])])],
		};
	} catch (error) {
		const diagnostics = [unreadable(shown, error as NodeJS.ErrnoException)];
		return {config: undefined, diagnostics, text: undefined, files};
	}
};
/** What is not set must not hide what .env says. */
const defined = (
	environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> =>
	Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));

interface Variables {
	readonly values: NodeJS.Dict<string>;
	readonly problem?: Diagnostic;
}

/** There need not be such a file, but one that cannot be read must not look like none. */
const readVariables = async (file: string): Promise<Variables> => {
	try {
		return {values: parseEnv(new TextDecoder().decode(await readBounded(file)))};
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		return code === 'ENOENT'
			? {values: {}}
			: {values: {}, problem: unreadable(path.basename(file), error as NodeJS.ErrnoException)};
	}
};

const unreadable = (file: string, {code, message}: NodeJS.ErrnoException): Diagnostic => ({
	code: 'DM1001',
	severity: 'error',
	...wholeFile(file),
	finding: explanations[code ?? ''] ?? `the file cannot be read: ${message}`,
	remedy:
		code === 'ENOENT'
			? 'Let `devmesh init` write one, or name another with --file.'
			: 'Look at its kind and its permissions.',
});

const explanations: Readonly<Record<string, string>> = {
	ENOENT: 'the file does not exist',
	EISDIR: 'this is a folder, not a file',
	EACCES: 'the file cannot be read: permission denied',
};
