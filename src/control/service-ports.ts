// The ports at which a service is called.
import type {PortConfig, ServiceConfig} from '../model/mesh-config.ts';

/** Gives those besides the service's own. */
export const otherPorts = (service: ServiceConfig): readonly PortConfig[] =>
	service.kind === 'workload' ? (service.ports ?? []) : [];

/** Nobody knows a port at which to call it: a job, or an app that only calls others. */
export const isCallable = ({port}: ServiceConfig): boolean => port !== 0;
