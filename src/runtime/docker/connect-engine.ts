// STUB until the door is merged.
import type Dockerode from 'dockerode';
export interface Engine {
	readonly docker: Dockerode;
	readonly address: string;
	readonly version: string;
}
export const connectEngine = async (environment: Readonly<Record<string, string | undefined>>): Promise<Engine> => {
	const {default: Docker} = await import('dockerode');
	const address = environment['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
	const docker = new Docker({socketPath: address.replace('unix://', '')});
	const {Version} = await docker.version();
	return {docker, address, version: Version};
};
