// Names every instance and sidecar that a config asks for.
import type {MeshConfig, VersionConfig, WorkloadConfig} from '../model/mesh-config.ts';

/** One instance, as the config wants it. */
export interface InstanceRef {
	/** `<service>-<version>-<n>`, or `<service>-<n>` when the service has no versions; n from 1. */
	readonly id: string;
	readonly service: WorkloadConfig;
	readonly version: VersionConfig;
}

/** The sidecar through which people and services without a sidecar of their own call into the mesh. */
export const hostSidecar = 'host';
export const gatewaySidecar = 'gateway';

/** Lists the instances in the order of the config. */
export const instancesOf = (config: MeshConfig): readonly InstanceRef[] =>
	workloadsOf(config).flatMap(service =>
		service.versions.flatMap(version =>
			Array.from({length: version.replicas}, (_, index) => ({
				id:
					version.name === 'default' ? `${service.name}-${index + 1}` : `${service.name}-${version.name}-${index + 1}`,
				service,
				version,
			})),
		),
	);

export const workloadsOf = (config: MeshConfig): readonly WorkloadConfig[] =>
	config.services.filter(service => service.kind === 'workload');

/** Whether a service runs in containers: as it says, else as the mesh says; `auto` takes Docker for what has no command of its own. */
export const isContainerService = (
	{runtime}: Pick<MeshConfig, 'runtime'>,
	{runtime: own = runtime, versions}: WorkloadConfig,
): boolean => own === 'docker' || (own === 'auto' && versions.some(({command}) => command === undefined));

/** Whether apps in containers go without a sidecar: the gateway tells them the names of the mesh. */
export const hasPlainCallers = (config: MeshConfig): boolean =>
	workloadsOf(config).some(service => !service.sidecar && isContainerService(config, service));

/** Lists the sidecars: one an instance unless its service goes without, the gateway when it has something to do, and `host`. */
export const sidecarsOf = (config: MeshConfig): readonly string[] => [
	...instancesOf(config)
		.filter(({service}) => service.sidecar)
		.map(({id}) => id),
	...(config.gateway.hosts.length > 0 || hasPlainCallers(config) ? [gatewaySidecar] : []),
	hostSidecar,
];
