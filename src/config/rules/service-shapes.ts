// Keys of a service that exclude or need one another.
import {isJob} from '../build-service.ts';
import {calledPorts, udpPortsOf} from '../called-ports.ts';
import type {Finding} from '../finding.ts';
import {parseExternal} from '../parse-external.ts';
import type {MeshInput} from '../schema/mesh.ts';
import type {HealthInput, ServiceInput} from '../schema/service.ts';
import {mentions} from './mentions.ts';
import type {Rule} from './rule.ts';

export const serviceShapes: Rule = (input, composed) =>
	Object.entries(input.services).flatMap(([name, service]) => [
		...(service.external === undefined
			? workloadFindings(name, service, composed?.has(name) ? input : undefined)
			: externalFindings(name, service)),
		...healthFindings(['services', name, 'health'], service.health),
		...Object.entries(service.versions ?? {}).flatMap(([version, {health}]) =>
			healthFindings(['services', name, 'versions', version, 'health'], health),
		),
	]);

/** A compose file need not say a port: then only who waits for the service is warned. */
const workloadFindings = (
	name: string,
	service: ServiceInput,
	composedInto: MeshInput | undefined,
): readonly Finding[] => {
	if (calledPorts(service).length > 0 || isJob(service) || isForDatagrams(service, composedInto !== undefined)) {
		return [];
	}

	if (!composedInto) {
		return [
			{
				code: 'DM2014',
				path: ['services', name],
				at: 'key',
				finding: `${name} has no port that callers could dial`,
				remedy: 'Add port: 8080, or whatever number they know it by; a job: true needs none.',
			},
		];
	}

	return mentions(composedInto).some(mention => mention.name === name)
		? [
				{
					code: 'DM2014',
					severity: 'warning',
					path: ['services', name],
					at: 'key',
					finding: `no file says at which port ${name} listens, so callers may not reach it`,
					remedy: `Add expose: ["8080"], or whatever it is, in the compose file; or port: in the mesh config.`,
				},
			]
		: [];
};

/** A local process is ready when its port is open, so it needs one of another kind, too. */
const isForDatagrams = (service: ServiceInput, isComposed: boolean): boolean =>
	udpPortsOf(service).length > 0 && (isComposed || service.command === undefined);

/** What an external service may have. */
const externalKeys: ReadonlySet<string> = new Set(['external', 'protocol']);

const externalFindings = (name: string, service: ServiceInput): readonly Finding[] => [
	...(parseExternal(service.external ?? '')
		? []
		: [
				{
					code: 'DM2020',
					path: ['services', name, 'external'],
					finding: `"${service.external}" is no address of a service`,
					remedy: 'Write https://host, http://host:port or tcp://host:port, without a path.',
				},
			]),
	...Object.keys(service)
		.filter(key => !externalKeys.has(key))
		.map(
			(key): Finding => ({
				code: 'DM2013',
				path: ['services', name, key],
				at: 'key',
				finding: `${name} is outside the mesh, where ${key} has no meaning`,
				remedy: `Remove ${key}, or remove external.`,
			}),
		),
];

const healthFindings = (path: readonly string[], health: HealthInput | undefined): readonly Finding[] => {
	if (!health) {
		return [];
	}

	const kinds = (['http', 'tcp', 'command', 'log'] as const).filter(
		kind => health[kind] !== undefined && health[kind] !== false,
	);
	return kinds.length === 1
		? []
		: [
				{
					code: 'DM2019',
					path,
					at: 'key',
					finding:
						kinds.length === 0
							? 'a health check asks nothing'
							: `a health check asks by ${kinds.join(' and ')} at once`,
					remedy: 'Give exactly one of http, tcp, command and log.',
				},
			];
};
