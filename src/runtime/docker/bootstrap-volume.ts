// What sidecars start from, in one volume of the mesh: it is the same for all, and each file that is put into a container is a process of the engine.
import type Dockerode from 'dockerode';
import {type MeshName, meshLabel} from './labels.ts';
import {putFiles} from './put-files.ts';
import {ignoreGone} from './status-code.ts';

export const sidecarUser = 1337;
/** Where a proxy finds what it starts from; a volume, since the rest of its file system is read-only. */
export const bootstrapFolder = '/devmesh/run';
export const bootstrapFile = `${bootstrapFolder}/bootstrap.json`;
/** Of the gateway, which keeps the volume in use while there is no sidecar. */
export const gatewayBootstrapFile = `${bootstrapFolder}/gateway.json`;

export const bootstrapVolume = ({id}: Pick<MeshName, 'id'>): string => `${id}-run`;

/** The volume, as a mount: the engine makes it with the first container that has it. */
export const bootstrapMount = (mesh: Pick<MeshName, 'id'>): Dockerode.MountSettings => ({
	Type: 'volume',
	Source: bootstrapVolume(mesh),
	Target: bootstrapFolder,
	VolumeOptions: {NoCopy: true, Labels: {[meshLabel]: mesh.id}, DriverConfig: {Name: 'local', Options: {}}},
});

/** Puts one of the files there, through a container that has the volume. The proxies can read it, and not write it: others start from it, too. */
export const putBootstrap = (container: Dockerode.Container, file: string, content: string): Promise<void> =>
	putFiles(container, bootstrapFolder, [{path: file, content, mode: 0o440, uid: 0, gid: sidecarUser}]);

/** Removes the volume, once no container has it. */
export const removeBootstrapVolume = async (docker: Dockerode, mesh: Pick<MeshName, 'id'>): Promise<void> => {
	await docker.getVolume(bootstrapVolume(mesh)).remove().catch(ignoreGone);
};

export interface SidecarBootstrap {
	/** Resolves when the file of the sidecars has this content; whoever comes first puts it there, through his container. */
	readonly ensure: (container: Dockerode.Container, content: string) => Promise<void>;
}

/** Creates the keeper, who does not know yet what is there. */
export const createSidecarBootstrap = (): SidecarBootstrap => {
	let written: {readonly content: string; readonly done: Promise<void>} | undefined;
	return {
		ensure: async (container, content) => {
			while (written?.content === content) {
				const {done} = written;
				try {
					await done;
					return;
				} catch {
					// The container of whoever did it may be gone by now.
					if (written?.done === done) {
						written = undefined;
					}
				}
			}

			const done = putBootstrap(container, bootstrapFile, content);
			written = {content, done};
			try {
				await done;
			} catch (error) {
				if (written?.done === done) {
					written = undefined;
				}

				throw error;
			}
		},
	};
};
