// The ports at which a service is called.
import type {PortConfig, ServiceConfig, UdpPortConfig} from '../model/mesh-config.ts';

/** Gives those besides the service's own. */
export const otherPorts = (service: ServiceConfig): readonly PortConfig[] =>
	service.kind === 'workload' ? (service.ports ?? []) : [];

/** Gives those for datagrams. */
export const udpPortsOf = (service: ServiceConfig): readonly UdpPortConfig[] =>
	service.kind === 'workload' ? (service.udpPorts ?? []) : [];

/** Nobody knows a port at which to call it: a job, or an app that only calls others. */
export const isCallable = ({port}: ServiceConfig): boolean => port !== 0;

/** Its name is known to those who call others. */
export const isNamed = (service: ServiceConfig): boolean => isCallable(service) || udpPortsOf(service).length > 0;
