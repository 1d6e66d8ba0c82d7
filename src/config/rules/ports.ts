// Ports of a service stand there once, and all services together have no more of them than sidecars in containers can tell apart.
import {mostPorts} from '../../model/pod.ts';
import {calledPorts, udpPortsOf} from '../called-ports.ts';
import type {Finding} from '../finding.ts';
import type {PortInput, ServiceInput} from '../schema/service.ts';
import type {Rule} from './rule.ts';

export const ports: Rule = ({services}) => {
	const all = new Set(
		Object.values(services).flatMap(service => [...calledPorts(service), ...udpPortsOf(service).map(({port}) => port)]),
	);
	return [
		...Object.entries(services).flatMap(([name, service]) => repeatedPorts(name, service)),
		...(all.size > mostPorts ? [tooMany(all.size)] : []),
	];
};

const repeatedPorts = (name: string, {port, ports: others = []}: ServiceInput): readonly Finding[] =>
	others.flatMap((other, index): readonly Finding[] =>
		(other.port === port && !isUdp(other)) ||
		others.slice(0, index).some(before => before.port === other.port && isUdp(before) === isUdp(other))
			? [
					{
						code: 'DM2034',
						path: ['services', name, 'ports', index],
						finding: `${name} has the port ${other.port} already`,
						remedy: 'Leave it out here: what stands in port: is a port of the service, too.',
					},
				]
			: [],
	);

/** Datagrams and connections do not meet. */
const isUdp = ({protocol}: PortInput): boolean => protocol === 'udp';

const tooMany = (count: number): Finding => ({
	code: 'DM2035',
	path: ['services'],
	at: 'key',
	finding: `the services have ${count} different ports between them`,
	remedy: `A mesh has room for ${mostPorts}: leave out those that nobody calls, or let services share numbers.`,
});
