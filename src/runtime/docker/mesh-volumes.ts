// The named volumes of a mesh: made before they are used, kept when the mesh goes.
import type Dockerode from 'dockerode';
import {MeshError} from '../../common/mesh-error.ts';
import type {ContainerConfig, VolumeConfig} from '../../model/container-config.ts';
import {type MeshName, meshLabel, ownLabels} from './labels.ts';
import {ignoreGone, statusCodeOf} from './status-code.ts';

/** What the engine calls a volume of the file. */
export const volumeName = ({id}: Pick<MeshName, 'id'>, {name, engineName}: VolumeConfig): string =>
	engineName ?? `${id}_${name}`;

/** Makes those volumes of a container that do not exist yet. Throws MeshError when an external one is missing. */
export const ensureVolumes = async (
	docker: Dockerode,
	mesh: MeshName,
	{mounts}: Pick<ContainerConfig, 'mounts'>,
): Promise<void> => {
	for (const mount of mounts) {
		if (mount.kind === 'volume' && mount.source) {
			await ensureVolume(docker, mesh, mount.source);
		}
	}
};

const ensureVolume = async (docker: Dockerode, mesh: MeshName, volume: VolumeConfig): Promise<void> => {
	const name = volumeName(mesh, volume);
	if (volume.external) {
		try {
			await docker.getVolume(name).inspect();
		} catch (error) {
			throw statusCodeOf(error) === 404
				? new MeshError({
						code: 'DM5122',
						message: `the external volume ${name} does not exist`,
						remedy: `Make it with \`docker volume create ${name}\`, or leave out external:.`,
						cause: error,
					})
				: error;
		}

		return;
	}

	// One that exists is given back as it is.
	await docker.createVolume({
		Name: name,
		...(volume.driver !== undefined && {Driver: volume.driver}),
		DriverOpts: {...volume.driverOpts},
		Labels: {
			...volume.labels,
			...ownLabels(mesh),
			'com.docker.compose.project': mesh.id,
			'com.docker.compose.volume': volume.name,
		},
	});
};

/** Removes all named volumes of a mesh, with what is in them. Returns how many. */
export const removeVolumes = async (docker: Dockerode, {id}: Pick<MeshName, 'id'>): Promise<number> => {
	const {Volumes} = await docker.listVolumes({filters: {label: [`${meshLabel}=${id}`]}});
	await Promise.all(Volumes.map(({Name}) => docker.getVolume(Name).remove().catch(ignoreGone)));
	return Volumes.length;
};
