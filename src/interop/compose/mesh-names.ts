// Gives the services of a compose file names that the mesh can use.
import {lastNode, type ProjectService} from './project.ts';

/** The mesh's names by those of the file. */
export type MeshNames = ReadonlyMap<string, string>;

/** Turns `My_Service` into `my-service`, with a warning; two that come to the same name are an error. */
export const nameServices = (services: readonly ProjectService[]): MeshNames => {
	const names = new Map<string, string>();
	const owners = new Map<string, string>();
	// Who needs no change keeps the name.
	for (const service of services.toSorted((one, two) => Number(isChanged(one)) - Number(isChanged(two)))) {
		const name = meshName(service.name);
		const owner = owners.get(name);
		owners.set(name, owner ?? service.name);
		names.set(service.name, name);
		if (owner !== undefined) {
			lastNode(service).complain({
				code: 'DM4006',
				at: 'key',
				finding: `in the mesh, ${owner} and ${service.name} would both be named ${name}`,
				remedy: 'Rename one of them.',
			});
		} else if (name !== service.name) {
			lastNode(service).complain({
				code: 'DM4006',
				severity: 'warning',
				at: 'key',
				finding: `the service ${service.name} is named ${name} in the mesh`,
				remedy: `Names are parts of addresses and certificates: call it ${name} in mesh.config.yaml and in commands.`,
			});
		}
	}

	return names;
};

const isChanged = ({name}: ProjectService): boolean => meshName(name) !== name;

/** What cannot be mended stays, and the rules of the config refuse it. */
const meshName = (name: string): string =>
	name
		.toLowerCase()
		.replaceAll(/[^a-z0-9-]+/g, '-')
		.slice(0, 63)
		.replaceAll(/^-+|-+$/g, '') || name;
