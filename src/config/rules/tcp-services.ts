// Of a raw connection there are no requests to look at.
import {isRaw} from '../../model/raw-protocol.ts';
import {protocolOf} from '../build-service.ts';
import type {ConfigPath, Finding} from '../finding.ts';
import type {MeshInput} from '../schema/mesh.ts';
import type {Rule} from './rule.ts';

export const tcpServices: Rule = input => {
	const names = Object.entries(input.services).flatMap(([name, service]) => (isRaw(protocolOf(service)) ? [name] : []));
	return findRequestsOfTcp(input, new Set(names));
};

/** Finds what a part of a config wants to see in requests to these services, which have none. */
export const findRequestsOfTcp = (input: MeshInput, tcp: ReadonlySet<string>): readonly Finding[] =>
	uses(input)
		.filter(({service}) => tcp.has(service))
		.map(({path, service, what}) => ({
			code: 'DM2028',
			path,
			at: 'key',
			finding: `${service} is spoken to by TCP, so there are no requests for ${what}`,
			remedy: `Remove it; or, if ${service} does speak HTTP, write protocol: http there.`,
		}));

interface Use {
	readonly path: ConfigPath;
	readonly service: string;
	readonly what: string;
}

const uses = ({routes = [], faults = [], policies, ingress = []}: MeshInput): readonly Use[] => [
	...routes.flatMap((route, index) =>
		(['match', 'timeout', 'retries'] as const)
			.filter(key => route[key] !== undefined)
			.map(key => ({path: ['routes', index, key], service: route.to, what: words[key]})),
	),
	...faults.map(({to}, index) => ({path: ['faults', index], service: to, what: 'a fault'})),
	...(policies?.authorization ?? []).flatMap(({to, allow}, index) =>
		allow.flatMap((rule, position) =>
			(['methods', 'paths'] as const)
				.filter(key => rule[key] !== undefined)
				.map(key => ({path: ['policies', 'authorization', index, 'allow', position, key], service: to, what: key})),
		),
	),
	...ingress.flatMap(({to, routes: edge = []}, host) => [
		...(to === undefined ? [] : [{path: ['ingress', host, 'to'], service: to, what: 'the gateway'}]),
		...edge.flatMap(({backends}, index) =>
			backends.map((backend, position) => ({
				path: ['ingress', host, 'routes', index, 'backends', position, 'to'],
				service: backend.to,
				what: 'the gateway',
			})),
		),
	]),
];

const words = {match: 'a match', timeout: 'a timeout', retries: 'retries'};
