// The labels by which devmesh finds its own objects in the engine, and by which others group them.
import type {DesiredInstance} from '../../model/desired-state.ts';

/** Which mesh an object belongs to: its id. */
export const meshLabel = 'dev.devmesh.mesh';
export const roleLabel = 'dev.devmesh.role';
export const instanceLabel = 'dev.devmesh.instance';

export type Role = 'pause' | 'sidecar' | 'app' | 'gateway' | 'tool';

export interface MeshName {
	/** Also the name of the network, and what the names of containers begin with. */
	readonly id: string;
	/** Absolute. */
	readonly configFile: string;
	/** Absolute. */
	readonly folder: string;
}

/** Of every object of a mesh. */
export const ownLabels = ({id}: MeshName): Record<string, string> => ({[meshLabel]: id});

/** Of a container; with Compose's labels, so that `docker compose ls` and Docker Desktop group the mesh. */
export const containerLabels = (
	mesh: MeshName,
	role: Role,
	instance?: Pick<DesiredInstance, 'id' | 'service'>,
): Record<string, string> => ({
	...ownLabels(mesh),
	[roleLabel]: role,
	...(instance && {[instanceLabel]: instance.id}),
	'com.docker.compose.project': mesh.id,
	'com.docker.compose.project.config_files': mesh.configFile,
	'com.docker.compose.project.working_dir': mesh.folder,
	'com.docker.compose.service':
		role === 'app' || role === 'tool' ? (instance?.service ?? role) : instance ? `${instance.service}-${role}` : role,
	'com.docker.compose.container-number': String(Number(/-(\d+)$/.exec(instance?.id ?? '')?.[1] ?? 1)),
	'com.docker.compose.oneoff': 'False',
});
