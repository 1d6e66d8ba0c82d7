// All files of an exported folder.

import type {Folders} from './compose-text.ts';
import {exportNotes} from './export-notes.ts';
import {exportReadme} from './export-readme.ts';
import type {ExportedFile, StandaloneMesh} from './standalone-mesh.ts';
import {toCompose} from './to-compose.ts';

export interface Export {
	readonly files: readonly ExportedFile[];
	/** What is otherwise than in a running mesh, one sentence each. */
	readonly notes: readonly string[];
}

/** Compiles the files; `programs` are those that the image of the proxy is made of, by name. */
export const exportFiles = (
	mesh: StandaloneMesh,
	folders: Folders,
	programs: Readonly<Record<string, string>>,
): Export => {
	const notes = exportNotes(mesh, folders);
	const files: readonly ExportedFile[] = [
		...toCompose(mesh, folders),
		{path: 'README.md', content: exportReadme(mesh, notes)},
		// Another name than that of a compose project that the mesh may come from.
		{path: '.env', content: `COMPOSE_PROJECT_NAME=${mesh.name}-mesh\n`},
		{path: '.gitignore', content: '# Private keys.\n/sidecars/\n'},
		{path: '.dockerignore', content: '*\n!proxy\n!sidecars\n'},
		...Object.entries(programs).map(([name, content]) => ({path: `proxy/${name}`, content})),
		...[...mesh.bootstraps].map(([sidecar, bootstrap]) => ({
			path: `sidecars/${sidecar}.json`,
			content: `${JSON.stringify(bootstrap, null, '\t')}\n`,
			mode: 0o600,
		})),
		...(mesh.gateway.rootPem === undefined ? [] : [{path: 'ingress-root.pem', content: mesh.gateway.rootPem}]),
	];
	return {files, notes};
};
