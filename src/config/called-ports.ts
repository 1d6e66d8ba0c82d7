// The ports at which a service of the file is called.
import {parseExternal} from './parse-external.ts';
import type {PortInput, ServiceInput} from './schema/service.ts';

/** Gives their numbers, the service's own first. */
export const calledPorts = (service: ServiceInput): readonly number[] => {
	if (service.external !== undefined) {
		return [parseExternal(service.external)?.port ?? 0];
	}

	const {port, ports = []} = withOwnPort(service);
	return [...(port === undefined ? [] : [port]), ...ports.map(other => other.port)];
};

/** Without `port`, the first of `ports` is the service's own, with what is said of it. */
export const withOwnPort = <Service extends Pick<ServiceInput, 'port' | 'protocol' | 'appPort' | 'ports'>>(
	service: Service,
): Service => {
	const [first, ...others] = service.ports ?? [];
	return service.port !== undefined || !first ? service : {...service, ...ownOf(first, service), ports: others};
};

const ownOf = (
	first: PortInput,
	{protocol = first.protocol, appPort = first.appPort}: Pick<ServiceInput, 'protocol' | 'appPort'>,
) => ({port: first.port, ...(protocol && {protocol}), ...(appPort !== undefined && {appPort})});
