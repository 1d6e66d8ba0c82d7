// STUB until the images are merged.
import {execFileSync} from 'node:child_process';
import type {ContainerConfig} from '../../../model/container-config.ts';
import type {Engine} from '../connect-engine.ts';
export const ensureImage = async (
	engine: Engine,
	{mesh, service, container}: {readonly mesh: string; readonly service: string; readonly container: ContainerConfig},
	_tools: {readonly environment: object; readonly onProgress: (message: string) => void},
): Promise<{readonly image: string}> => {
	if (container.build) {
		const image = `${mesh}-${service}`;
		execFileSync('docker', ['build', '-q', '-t', image, container.build.context], {
			env: {PATH: '/usr/local/bin:/usr/bin', DOCKER_HOST: engine.address},
		});
		return {image};
	}
	return {image: container.image ?? ''};
};
