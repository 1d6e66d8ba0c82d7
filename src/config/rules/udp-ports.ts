// Datagrams are relayed as they are: whoever writes such a port is told what does not hold there.
import type {WorkloadConfig} from '../../model/mesh-config.ts';
import type {Finding} from '../finding.ts';
import type {ServiceInput} from '../schema/service.ts';
import type {Rule} from './rule.ts';

export const udpPorts: Rule = ({runtime = 'auto', services}, composed) => {
	const hasContainers = Object.values(services).some(service => isContainer(service, runtime));
	return Object.entries(services).flatMap(([name, service]) =>
		(service.ports ?? []).flatMap(({port, protocol}, index): readonly Finding[] =>
			protocol !== 'udp' || isComposed(composed?.get(name), port)
				? []
				: [
						relayed(name, port, index),
						...(hasContainers && !isContainer(service, runtime) ? [unreached(name, port, index)] : []),
					],
		),
	);
};

/** Then the compose file was complained about. */
const isComposed = (workload: WorkloadConfig | undefined, port: number): boolean =>
	workload?.udpPorts?.some(other => other.port === port) ?? false;

/** As it runs in the end: with `auto`, what has a command of its own is a local process. */
const isContainer = ({external, runtime, command, versions = {}}: ServiceInput, mesh: string): boolean => {
	if (external !== undefined) {
		return false;
	}

	const choice = runtime ?? mesh;
	const hasCommand = command !== undefined || Object.values(versions).some(version => version.command !== undefined);
	return choice === 'docker' || (choice === 'auto' && !hasCommand);
};

const relayed = (name: string, port: number, index: number): Finding => ({
	code: 'DM2036',
	severity: 'warning',
	path: ['services', name, 'ports', index],
	finding: `datagrams to ${name} at ${port}/udp are relayed as they are`,
	remedy: 'UDP has no mutual TLS, routes, faults or policies: count on none of them there.',
});

const unreached = (name: string, port: number, index: number): Finding => ({
	code: 'DM2036',
	severity: 'warning',
	path: ['services', name, 'ports', index],
	finding: `${name} is a local process, and no datagrams get there at ${port}/udp from containers`,
	remedy: `Run ${name} in a container, too, or let containers call it at another port.`,
});
