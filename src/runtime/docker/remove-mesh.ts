// Removes what the engine holds of a mesh, found by its label alone: nobody need remember it.
import type Dockerode from 'dockerode';
import {removeBootstrapVolume} from './bootstrap-volume.ts';
import {type MeshName, meshLabel, type Role, roleLabel} from './labels.ts';
import {removeNetwork} from './mesh-network.ts';
import {ignoreGone} from './status-code.ts';

/** Lists the containers of a mesh, also those that do not run. */
export const listContainers = (
	docker: Dockerode,
	{id}: Pick<MeshName, 'id'>,
): Promise<readonly Dockerode.ContainerInfo[]> =>
	docker.listContainers({all: true, filters: {label: [`${meshLabel}=${id}`]}});

// Whoever owns a namespace goes after those within it.
const order: Readonly<Record<Role, number>> = {app: 0, sidecar: 0, gateway: 0, tool: 0, pause: 1};

/** Removes containers with their anonymous volumes. */
export const removeContainers = async (
	docker: Dockerode,
	containers: readonly Dockerode.ContainerInfo[],
): Promise<void> => {
	for (const turn of [0, 1]) {
		await Promise.all(
			containers
				.filter(({Labels}) => (order[Labels[roleLabel] as Role] ?? 0) === turn)
				.map(({Id}) => docker.getContainer(Id).remove({force: true, v: true}).catch(ignoreGone)),
		);
	}
};

/** Removes all containers of a mesh and its network; named volumes stay. Returns how many containers there were. */
export const removeMesh = async (docker: Dockerode, mesh: Pick<MeshName, 'id'>): Promise<number> => {
	const containers = await listContainers(docker, mesh);
	await removeContainers(docker, containers);
	await Promise.all([removeNetwork(docker, mesh), removeBootstrapVolume(docker, mesh)]);
	return containers.length;
};
