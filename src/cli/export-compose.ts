// Writes a mesh into a folder from which docker compose runs it.
import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {systemClock} from '../common/clock.ts';
import {entryPoint} from '../common/entry-point.ts';
import {exportFiles} from '../interop/compose-export/export-files.ts';
import {compileStandalone} from '../mesh/standalone/compile-standalone.ts';
import {writeFolder} from '../mesh/standalone/write-folder.ts';
import type {MeshConfig} from '../model/mesh-config.ts';

export interface ExportWish {
	/** Absolute. */
	readonly out: string;
	readonly subnet: string | undefined;
	/** Of the certificates, in milliseconds. */
	readonly validForMs: number;
	/** True: also over what devmesh did not write. */
	readonly isForced: boolean;
}

export interface ExportedCompose {
	/** Absolute. */
	readonly folder: string;
	/** Within the folder. */
	readonly files: readonly string[];
	/** What is otherwise than in a running mesh, one sentence each. */
	readonly notes: readonly string[];
	readonly subnet: string;
	/** When the certificates end; ISO 8601. */
	readonly validUntil: string;
}

/** Throws MeshError when the mesh cannot run by compose alone, or the folder is somebody else's. */
export const exportCompose = async (config: MeshConfig, wish: ExportWish): Promise<ExportedCompose> => {
	const {out, subnet, validForMs, isForced} = wish;
	const mesh = await compileStandalone({config, subnet, validForMs, clock: systemClock});
	const {files, notes} = exportFiles(mesh, {project: config.folder, out}, await readPrograms());
	await writeFolder(out, files, {isForced});
	return {
		folder: out,
		files: files.map(file => file.path),
		notes,
		subnet: mesh.network.subnet,
		validUntil: new Date(mesh.notAfter).toISOString(),
	};
};

/** What the image of the proxy is made of, by name. */
const readPrograms = async (): Promise<Readonly<Record<string, string>>> => {
	const template = fileURLToPath(new URL('../../templates/docker/exported.Dockerfile', import.meta.url));
	const programs = await Promise.all(
		['pause', 'pod', 'ask'].map(async name => {
			const file = entryPoint(import.meta.url, `../sidecar/${name}`);
			return [`${name}.js`, await readFile(file, 'utf8')] as const;
		}),
	);
	return {
		Dockerfile: await readFile(template, 'utf8'),
		'package.json': '{"type":"module"}\n',
		...Object.fromEntries(programs),
	};
};
