// The `volumes:` of a service, and the named ones at the top.
import type {FileConfig, MountConfig, VolumeConfig} from '../../model/container-config.ts';
import {type Folders, literal, literalValues, portablePath, worthWriting} from './compose-text.ts';
import type {Grants} from './grants.ts';
import type {ExportedFile} from './standalone-mesh.ts';

export const toMount = (mount: MountConfig, folders: Folders): object => {
	switch (mount.kind) {
		case 'bind':
			return {
				type: 'bind',
				source: portablePath(mount.source, folders),
				target: literal(mount.target),
				...worthWriting({read_only: mount.readOnly}),
				// The specification's default is true.
				...(!mount.createHostPath && {bind: {create_host_path: false}}),
			};
		case 'volume':
			return {
				type: 'volume',
				...(mount.source && {source: mount.source.name}),
				target: literal(mount.target),
				...worthWriting({read_only: mount.readOnly}),
			};
		case 'tmpfs':
			return {
				type: 'tmpfs',
				target: literal(mount.target),
				...(mount.size !== undefined && {tmpfs: {size: mount.size}}),
			};
	}
};

/** Null: compose makes it without more ado. */
export const toVolume = ({engineName, external, driver, driverOpts, labels}: VolumeConfig): object | null => {
	const said = worthWriting({
		name: engineName === undefined ? undefined : literal(engineName),
		external,
		driver,
		driver_opts: literalValues(driverOpts),
		labels: literalValues(labels),
	});
	return Object.keys(said).length === 0 ? null : said;
};

/** A text of the config becomes a file of the folder; everything else is granted as it stands. */
export const toGranted = (
	{target, source, uid, gid, mode}: FileConfig,
	name: string,
	folders: Folders,
	grants: Grants,
): {readonly entry: object; readonly file?: ExportedFile} => {
	switch (source.kind) {
		case 'file':
			// A bind mount: owner and mode are those of the file.
			return {entry: {source: grants.grant({file: portablePath(source.path, folders)}), target: literal(target)}};
		case 'text':
			return {
				entry: {source: grants.grant({file: `./${name}`}), target: literal(target)},
				// Whoever the app is must be able to read it, as in a container of devmesh.
				file: {path: name, content: source.text, mode: 0o644 | (mode ?? 0)},
			};
		case 'variable':
			return {
				entry: {
					source: grants.grant({environment: source.name}),
					target: literal(target),
					...worthWriting({uid: uid?.toString(), gid: gid?.toString(), mode}),
				},
			};
	}
};
