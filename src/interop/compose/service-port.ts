// Finds the port that callers dial, and what is spoken there.
import {protocolOf} from '../../config/build-service.ts';
import type {Protocol} from '../../model/mesh-config.ts';
import {type KnownImage, knownImage} from './known-images.ts';
import {lastNode, type ProjectService} from './project.ts';

/** The TCP ports that an image says it listens at; none when that is not known. */
export type ExposedPortsOf = (image: string) => readonly number[];

export interface ServicePort {
	/** 0 when nothing says it. */
	readonly port: number;
	readonly protocol: Protocol;
}

/**
 * By `ports:`, then `expose:`, then what is known of the image, then what the image says. Of several, the one that its image is known for,
 * else the first. Warns of those that callers cannot reach.
 */
export const portOfService = (service: ProjectService, exposedPortsOf: ExposedPortsOf): ServicePort => {
	const {image, ports = [], expose = []} = service.fields;
	const known = knownImage(image);
	const published = ports.filter(({protocol}) => protocol === 'tcp').map(({target}) => target);
	const all = [...published, ...expose];
	const [first] = all.length > 0 || image === undefined ? all : [known?.port, ...exposedPortsOf(image)].filter(isThere);
	const port = known && all.includes(known.port) ? known.port : (first ?? 0);
	warnOfOthers(service, port, new Set(published));
	warnOfUdp(service);
	const appProtocol = ports.find(({target}) => target === port)?.appProtocol;
	return {port, protocol: spokenAt(port, appProtocol, known)};
};

const isThere = <Value>(value: Value | undefined): value is Value => value !== undefined;

const httpProtocols: ReadonlySet<string> = new Set(['http', 'http2', 'h2c', 'grpc', 'ws']);
// What an app encrypts itself (443), its sidecar cannot read; 53 is DNS.
const opaque: ReadonlySet<number> = new Set([53, 443]);

const spokenAt = (port: number, appProtocol: string | undefined, known: KnownImage | undefined): Protocol => {
	if (appProtocol !== undefined) {
		return httpProtocols.has(appProtocol.toLowerCase()) ? 'http' : 'tcp';
	}

	if (opaque.has(port) || known?.protocol === 'tcp' || protocolOf({port}) === 'tcp') {
		return 'tcp';
	}

	// Nobody said it: each connection tells.
	return known?.protocol ?? 'auto';
};

const warnOfOthers = (service: ProjectService, port: number, published: ReadonlySet<number>): void => {
	const others = [...new Set(service.fields.expose)].filter(other => other !== port && !published.has(other));
	if (others.length > 0) {
		lastNode(service, 'expose').complain({
			code: 'DM4003',
			severity: 'warning',
			at: 'key',
			finding: `in the mesh, ${service.name} is reached at ${port} alone, and not at ${others.slice(0, 5).join(', ')}${others.length > 5 ? ', …' : ''}`,
			remedy: 'Give what listens at another port a service of its own, or publish the port.',
		});
	}
};

const warnOfUdp = (service: ProjectService): void => {
	const ports = service.fields.ports?.filter(({protocol}) => protocol === 'udp') ?? [];
	if (ports.length > 0) {
		lastNode(service, 'ports').complain({
			code: 'DM4003',
			severity: 'warning',
			at: 'key',
			finding: `${ports
				.slice(0, 5)
				.map(({target}) => `${target}/udp`)
				.join(', ')} of ${service.name} is published past the mesh`,
			remedy: 'UDP has no mutual TLS, routes, faults or policies: count on none of them there.',
		});
	}
};
