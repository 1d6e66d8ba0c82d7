// What programs of a container take from the environment. The only file of the sidecar that reads it.
import process from 'node:process';
import type {PodSettings} from '../runtime/docker/pod-settings.ts';

/** Reads what the runtime has said about the pod, as JSON in `DEVMESH_POD`. Throws when it is not there. */
export const readPodSettings = (): PodSettings => {
	const text = process.env['DEVMESH_POD'];
	if (!text) {
		throw new Error('the environment variable DEVMESH_POD, the settings of the pod as JSON, is missing');
	}

	try {
		return JSON.parse(text) as PodSettings;
	} catch (error) {
		throw new Error(`the environment variable DEVMESH_POD is no JSON: ${(error as Error).message}`);
	}
};
