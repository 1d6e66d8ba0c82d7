// Reads the files of a compose project from the disk, and remembers which.
import {decodeText} from '../../config/decode-text.ts';
import type {Variables} from '../../config/interpolate.ts';
import {type PlacedParts, wholeFile} from '../../config/place-finding.ts';
import {readBounded} from '../../config/read-bounded.ts';
import type {Diagnostic} from '../../model/diagnostic.ts';
import {type EnvTools, parseEnvFile} from './parse-env.ts';
import {type ComposeFile, readComposeFile} from './read-compose-file.ts';

export interface ProjectFiles {
	/** Reads a compose file, once for each scope. Undefined after a diagnostic. */
	readonly compose: (file: string, scope: FileScope) => Promise<ComposeFile | undefined>;
	/** Reads a file of variables. Undefined when it cannot be read; `required`: that is a diagnostic. */
	readonly variables: (file: string, use: VariablesUse) => Promise<Readonly<Record<string, string>> | undefined>;
	/** All that were asked for, there or not; absolute. */
	readonly asked: () => readonly string[];
}

export interface FileScope {
	/** That relative paths start from, absolute. */
	readonly folder: string;
	readonly variables: Variables;
	/** Who names the file. */
	readonly placed: PlacedParts;
}

export interface VariablesUse extends EnvTools {
	/** Who names the file; absent: nobody, and it need not exist. */
	readonly placed?: PlacedParts;
}

export interface FilesRequest {
	readonly home: string;
	/** As people are told a file's name. */
	readonly shownName: (file: string) => string;
	readonly report: (diagnostic: Diagnostic) => void;
}

// A project that needs more is no project of one machine.
const mostFiles = 100;

/** Creates the reader. */
export const createProjectFiles = ({home, shownName, report}: FilesRequest): ProjectFiles => {
	const asked = new Set<string>();
	const opened = new WeakMap<Variables, Map<string, ComposeFile | undefined>>();

	const unreadable = (file: string, placed: PlacedParts, reason: string): undefined => {
		report({
			code: 'DM4004',
			severity: 'error',
			...placed,
			finding: `${shownName(file)} cannot be read: ${reason}`,
			remedy: 'Correct its name, or look at its kind and its permissions.',
		});
		return undefined;
	};

	const read = async (file: string, placed: PlacedParts | undefined): Promise<Uint8Array | undefined> => {
		asked.add(file);
		if (asked.size > mostFiles) {
			return unreadable(file, placed ?? wholeFile(shownName(file)), `the project has more than ${mostFiles} files`);
		}

		try {
			return await readBounded(file);
		} catch (error) {
			const {code = '', message} = error as NodeJS.ErrnoException;
			return code === 'ENOENT' && !placed
				? undefined
				: unreadable(file, placed ?? wholeFile(shownName(file)), reasons[code] ?? message);
		}
	};

	return {
		compose: async (file, {folder, variables, placed}) => {
			const known = opened.get(variables) ?? new Map<string, ComposeFile | undefined>();
			opened.set(variables, known);
			const key = JSON.stringify([file, folder]);
			if (!known.has(key)) {
				const text = await read(file, placed);
				known.set(key, text && readComposeFile({text, shown: shownName(file), folder, home, variables, report}));
			}

			return known.get(key);
		},
		variables: async (file, {placed, ...tools}) => {
			const bytes = await read(file, placed);
			const text = bytes && decodeText(bytes, shownName(file));
			if (typeof text === 'object') {
				report(text);
				return undefined;
			}

			return text === undefined ? undefined : parseEnvFile(text, tools);
		},
		asked: () => [...asked],
	};
};

const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'it does not exist',
	EISDIR: 'it is a folder',
	ENOTDIR: 'a part of its path is no folder',
	EACCES: 'permission denied',
};
