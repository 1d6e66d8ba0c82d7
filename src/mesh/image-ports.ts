// What the engine knows of the ports of images: a compose file need not say them.
import {isContainerService, workloadsOf} from '../control/instances.ts';
import type {ContainerConfig} from '../model/container-config.ts';
import type {MeshConfig} from '../model/mesh-config.ts';

export interface ImagePorts {
	/** Of a service; none when they are not known yet. */
	readonly of: (service: string) => readonly number[];
	/** Asks for those of images that are there already. True when something is new. */
	readonly look: (config: MeshConfig) => Promise<boolean>;
	/** The image of a service was found, pulled or built. True when its ports are others than before. */
	readonly note: (service: string, container: ContainerConfig, ports: readonly number[]) => boolean;
}

/** Asks the engine for the ports of the image that a service has; undefined when there is none yet. */
export type AskForPorts = (service: string, container: ContainerConfig) => Promise<readonly number[] | undefined>;

/** Creates what knows nothing yet. */
export const createImagePorts = (ask: AskForPorts): ImagePorts => {
	const known = new Map<string, {readonly source: string; readonly ports: readonly number[]}>();
	const of: ImagePorts['of'] = service => known.get(service)?.ports ?? [];
	const note: ImagePorts['note'] = (service, container, ports) => {
		const isNew = of(service).join() !== ports.join();
		known.set(service, {source: sourceOf(container), ports});
		return isNew;
	};

	return {
		of,
		note,
		look: async config => {
			const answers = await Promise.all(
				workloadsOf(config)
					.filter(service => isContainerService(config, service))
					.map(async ({name, versions: [version]}) => {
						const container = version?.container;
						return container && {name, container, ports: await ask(name, container)};
					}),
			);
			return answers
				.map(answer => {
					if (!answer) {
						return false;
					}

					const {name, container, ports} = answer;
					// Another image says other things; one that is gone was the same.
					const isOther = known.get(name)?.source !== sourceOf(container);
					return ports || isOther ? note(name, container, ports ?? []) : false;
				})
				.includes(true);
		},
	};
};

const sourceOf = ({image, build}: ContainerConfig): string => JSON.stringify([image, build]);
