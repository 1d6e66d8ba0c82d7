// Finds the ports that callers dial, and what is spoken there.
import {knownProtocol} from '../../config/build-service.ts';
import type {PortConfig, Protocol, UdpPortConfig} from '../../model/mesh-config.ts';
import {type KnownImage, knownImage} from './known-images.ts';
import {lastNode, type ProjectService} from './project.ts';

/** The TCP ports at which the image of a service says that it listens, by the service's name in the mesh; none when that is not known. */
export type ExposedPortsOf = (service: string) => readonly number[];

export interface ServicePorts {
	/** 0 when nothing says it. */
	readonly port: number;
	readonly protocol: Protocol;
	readonly ports?: readonly PortConfig[];
	readonly udpPorts?: readonly UdpPortConfig[];
	/** Those that no file says. */
	readonly imagePorts?: readonly number[];
}

/**
 * By `ports:` and `expose:`, then by what the image says (`EXPOSE`), then by what is known of images of its name. Its own is the one that its image
 * is known for, if it is among them, else the first. Warns of those that callers cannot reach.
 */
export const portsOfService = (service: ProjectService, exposed: readonly number[]): ServicePorts => {
	const {image, ports = [], expose = []} = service.fields;
	const known = knownImage(image);
	const targetsOf = (wanted: 'tcp' | 'udp'): readonly number[] =>
		[...ports, ...expose].filter(({protocol}) => protocol === wanted).map(({target}) => target);
	const declared = targetsOf('tcp');
	const udp = [...new Set(targetsOf('udp'))];
	const ofImage = exposed.length > 0 || !known ? exposed : [known.port];
	const all = new Set([...declared, ...ofImage]);
	const [first = 0] = all;
	const candidates = declared.length > 0 ? declared : ofImage;
	const port = known && candidates.includes(known.port) ? known.port : first;
	const others = [...all].filter(other => other !== port);
	const imagePorts = [...all].filter(other => !declared.includes(other));
	warnOfMany(service, declared.filter(other => other !== port).length);
	warnOfUdp(service, udp);
	const appProtocolOf = (wanted: number): string | undefined =>
		ports.find(({target, protocol}) => target === wanted && protocol === 'tcp')?.appProtocol;
	return {
		port,
		// Whoever lets a well-known app listen at another port still speaks its protocol there.
		protocol: spokenAt(port, appProtocolOf(port), known),
		...(others.length > 0 && {
			ports: others.slice(0, mostOthers).map(other => ({
				port: other,
				protocol: spokenAt(other, appProtocolOf(other), other === known?.port ? known : undefined),
			})),
		}),
		...(imagePorts.length > 0 && {imagePorts}),
		...(udp.length > 0 && {udpPorts: udp.slice(0, mostOthers).map(udpPort => ({port: udpPort}))}),
	};
};

// As many as a config may name.
const mostOthers = 50;

const httpProtocols: ReadonlySet<string> = new Set(['http', 'http2', 'h2c', 'grpc', 'ws']);
const tlsProtocols: ReadonlySet<string> = new Set(['https', 'tls', 'wss']);
// What an app encrypts itself, its sidecar cannot read.
const httpsPort = 443;
const dnsPort = 53;

const spokenAt = (port: number, appProtocol: string | undefined, known: KnownImage | undefined): Protocol => {
	if (appProtocol !== undefined) {
		const spoken = appProtocol.toLowerCase();
		return httpProtocols.has(spoken) ? 'http' : tlsProtocols.has(spoken) ? 'tls' : 'tcp';
	}

	if (port === httpsPort) {
		return 'tls';
	}

	if (port === dnsPort || known?.protocol === 'tcp' || knownProtocol(port) === 'tcp') {
		return 'tcp';
	}

	// Nobody said it: each connection tells.
	return known?.protocol ?? 'auto';
};

const warnOfMany = (service: ProjectService, others: number): void => {
	if (others > mostOthers) {
		lastNode(service, service.fields.ports ? 'ports' : 'expose').complain({
			code: 'DM4003',
			severity: 'warning',
			at: 'key',
			finding: `${service.name} has ${others + 1} ports, and is reached at the first ${mostOthers + 1} of them`,
			remedy: 'What is published is reached from the host all the same; let services call each other at fewer ports.',
		});
	}
};

const warnOfUdp = (service: ProjectService, udp: readonly number[]): void => {
	if (udp.length > 0) {
		const isPublished = service.fields.ports?.some(({protocol}) => protocol === 'udp') ?? false;
		lastNode(service, isPublished ? 'ports' : 'expose').complain({
			code: 'DM4003',
			severity: 'warning',
			at: 'key',
			finding: `datagrams to ${service.name} at ${udp
				.slice(0, 5)
				.map(port => `${port}/udp`)
				.join(', ')} are relayed as they are`,
			remedy: 'UDP has no mutual TLS, routes, faults or policies: count on none of them there.',
		});
	}
};
