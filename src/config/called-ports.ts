// The ports at which a service of the file is called.
import type {Protocol, UdpPortConfig} from '../model/mesh-config.ts';
import {parseExternal} from './parse-external.ts';
import type {PortInput, ServiceInput} from './schema/service.ts';

/** Gives their numbers, the service's own first; those for datagrams are not among them. */
export const calledPorts = (service: ServiceInput): readonly number[] => {
	if (service.external !== undefined) {
		return [parseExternal(service.external)?.port ?? 0];
	}

	const {port, ports} = withOwnPort(service);
	return [...(port === undefined ? [] : [port]), ...ports.map(other => other.port)];
};

/** Gives the ports for datagrams. */
export const udpPortsOf = ({ports = []}: Pick<ServiceInput, 'ports'>): readonly UdpPortConfig[] =>
	ports
		.filter(({protocol}) => protocol === 'udp')
		.map(({port, appPort}) => ({port, ...(appPort !== undefined && {appPort})}));

/** A port at which it is connected to. */
export type StreamPort = Omit<PortInput, 'protocol'> & {readonly protocol?: Protocol | undefined};

/** Without `port`, the first of `ports` is the service's own, with what is said of it. Those for datagrams stay out. */
export const withOwnPort = <Service extends Pick<ServiceInput, 'port' | 'protocol' | 'appPort' | 'ports'>>(
	service: Service,
): Omit<Service, 'ports'> & {readonly ports: readonly StreamPort[]} => {
	const ports = (service.ports ?? []).filter(isStream);
	const [first, ...others] = ports;
	return service.port !== undefined || !first
		? {...service, ports}
		: {...service, ...ownOf(first, service), ports: others};
};

const isStream = (port: PortInput): port is PortInput & StreamPort => port.protocol !== 'udp';

const ownOf = (
	first: StreamPort,
	{protocol = first.protocol, appPort = first.appPort}: Pick<ServiceInput, 'protocol' | 'appPort'>,
) => ({port: first.port, ...(protocol && {protocol}), ...(appPort !== undefined && {appPort})});
