// Datagrams are relayed as they are: whoever writes such a port is told what does not hold there.
import type {WorkloadConfig} from '../../model/mesh-config.ts';
import type {Finding} from '../finding.ts';
import type {Rule} from './rule.ts';

export const udpPorts: Rule = ({services}, composed) =>
	Object.entries(services).flatMap(([name, {ports = []}]) =>
		ports.flatMap(({port, protocol}, index): readonly Finding[] =>
			protocol !== 'udp' || isComposed(composed?.get(name), port)
				? []
				: [
						{
							code: 'DM2036',
							severity: 'warning',
							path: ['services', name, 'ports', index],
							finding: `datagrams to ${name} at ${port}/udp are relayed as they are`,
							remedy: 'UDP has no mutual TLS, routes, faults or policies: count on none of them there.',
						},
					],
		),
	);

/** Then the compose file was complained about. */
const isComposed = (workload: WorkloadConfig | undefined, port: number): boolean =>
	workload?.udpPorts?.some(other => other.port === port) ?? false;
