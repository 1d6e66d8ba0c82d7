// Reads `include:`. Source: compose specification, "include".
import path from 'node:path';
import {fieldsOf, replaced} from './read-fields.ts';
import {isGroup, type Reader, type ReadNode} from './read-node.ts';
import {listOf, text, texts, wrongValue} from './readers.ts';

/** Other compose files whose services are to run, too. */
export interface IncludeUse {
	/** Absolute; merged in this order. */
	readonly files: readonly string[];
	/** That relative paths in them start from, absolute. Default: the folder of the first. */
	readonly projectDirectory?: string;
	/** Absolute. Default: `.env` of the project directory. */
	readonly envFiles?: readonly string[];
	readonly node: ReadNode;
}

const long = fieldsOf({path: replaced(texts), project_directory: replaced(text), env_file: replaced(texts)});

export const readInclude: Reader<readonly IncludeUse[]> = listOf(node => {
	const {
		path: files,
		project_directory: projectDirectory,
		env_file: envFiles,
	} = isGroup(node.value) ? (long(node) ?? {}) : {path: texts(node)};
	const absolute = (file: string): string => path.resolve(node.folder, file);
	return files === undefined || files.length === 0
		? wrongValue(node, 'a file, or { path: other/compose.yaml }')
		: {
				files: files.map(absolute),
				...(projectDirectory !== undefined && {projectDirectory: absolute(projectDirectory)}),
				...(envFiles && {envFiles: envFiles.map(absolute)}),
				node,
			};
});
