// Turns the networks of a compose file into policies: who shares no network with a service may not call it.
import {suggestName} from '../../config/nearest-name.ts';
import type {AuthorizationConfig} from '../../model/mesh-config.ts';
import type {MeshNames} from './mesh-names.ts';
import {type ComposeProject, lastNode, type ProjectService} from './project.ts';

/** Who is let in besides: what is published or has a host at the gateway is meant to be reached. */
const outside = ['gateway', 'host'];

/** None when there is one network only, and none for a service that everybody shares a network with. */
export const networkPolicies = (
	{services, resources}: ComposeProject,
	names: MeshNames,
): readonly AuthorizationConfig[] => {
	const networksOf = new Map(
		services.map(service => [service.name, networksOfService(service, Object.keys(resources.networks))] as const),
	);
	return services.flatMap((service): readonly AuthorizationConfig[] => {
		const own = networksOf.get(service.name);
		const callers = services.filter(({name}) => networksOf.get(name)?.some(network => own?.includes(network)));
		return callers.length === services.length
			? []
			: [
					{
						to: names.get(service.name) ?? service.name,
						allow: [{from: [...callers.map(({name}) => names.get(name) ?? name), ...outside]}],
						place: lastNode(service, 'networks').placed('key').place,
					},
				];
	});
};

const networksOfService = (service: ProjectService, known: readonly string[]): readonly string[] => {
	const own = Object.keys(service.fields.networks ?? {});
	for (const network of own.filter(name => name !== 'default' && !known.includes(name))) {
		lastNode(service, 'networks').complain({
			code: 'DM4001',
			at: 'key',
			within: network,
			finding: `there is no network "${network}"`,
			remedy:
				known.length > 0 ? suggestName(network, known, 'networks') : 'Add it under networks: at the top of the file.',
		});
	}

	return own.length > 0 ? own : ['default'];
};
