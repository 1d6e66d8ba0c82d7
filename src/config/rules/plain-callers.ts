// Whoever calls without a sidecar from a container calls in plain text, and strict services refuse that.
import type {Finding} from '../finding.ts';
import type {MeshInput} from '../schema/mesh.ts';
import type {Rule} from './rule.ts';

type ServiceInput = MeshInput['services'][string];

export const plainCallers: Rule = ({runtime = 'auto', services, policies}) =>
	(policies?.mtls ?? 'strict') !== 'strict'
		? []
		: Object.entries(services)
				.filter(([, service]) => service.sidecar === false && isInContainers(service, runtime))
				.flatMap(([name, {dependsOn = []}]) =>
					(Array.isArray(dependsOn) ? dependsOn.map((other, index) => [other, index] as const) : keysOf(dependsOn))
						.filter(([other]) => Object.hasOwn(services, other) && isStrict(services[other]))
						.map(
							([other, key]): Finding => ({
								code: 'DM2037',
								severity: 'warning',
								path: ['services', name, 'dependsOn', key],
								finding: `${name} has no sidecar and calls in plain text, which ${other} refuses`,
								remedy: `Write policies: { mtls: permissive }, let ${name} have its sidecar, or let ${other} go without one, too.`,
							}),
						),
				);

const keysOf = (dependsOn: object): readonly (readonly [string, string])[] =>
	Object.keys(dependsOn).map(other => [other, other]);

const isInContainers = (
	{runtime: own, command, image, build, versions = {}}: ServiceInput,
	runtime: string,
): boolean => {
	const chosen = own ?? runtime;
	const all = [{command, image, build}, ...Object.values(versions)];
	const isImage = all.some(version => version.image !== undefined || version.build !== undefined);
	return isImage && (chosen === 'docker' || (chosen === 'auto' && all.every(version => version.command === undefined)));
};

const isStrict = (service: ServiceInput | undefined): boolean =>
	service !== undefined && service.sidecar !== false && service.external === undefined && service.job !== true;
