// Says what the gateway listens to: HTTP for every host, HTTPS for those with `tls: true`.
import type {GatewayHostConfig} from '../model/mesh-config.ts';
import type {GatewayListener, GatewayRoute} from '../model/snapshot.ts';
import type {SnapshotInputs} from './compile-snapshots.ts';
import {gatewaySidecar} from './instances.ts';
import {listenerKey} from './port-keys.ts';

/** Gives the HTTP listener, and the HTTPS one when a host asks for it. */
export const gatewayListeners = ({
	config,
	portOf,
	places,
	hostCertificateOf,
}: Pick<SnapshotInputs, 'config' | 'portOf' | 'places' | 'hostCertificateOf'>): readonly GatewayListener[] => {
	const {hosts} = config.gateway;
	const secure = hosts.filter(({tls}) => tls);
	// As browsers know it; within a container it is another.
	const httpsPort = portOf(listenerKey(gatewaySidecar, 'https'));
	const http: GatewayListener = {
		kind: 'gateway',
		name: 'http',
		...places.listener(gatewaySidecar, 'http'),
		routes: hosts.flatMap(host => (host.tls && host.redirect ? [redirectTo(httpsPort, host)] : routesOf(host))),
	};
	const https: GatewayListener = {
		kind: 'gateway',
		name: 'https',
		...places.listener(gatewaySidecar, 'https'),
		certificates: secure.map(({host}) => ({host, certificate: hostCertificateOf(host)})),
		routes: secure.flatMap(routesOf),
	};
	return secure.length === 0 ? [http] : [http, https];
};

const routesOf = ({host, routes}: GatewayHostConfig): readonly GatewayRoute[] =>
	routes.map(route => ({...route, hosts: [host]}));

const redirectTo = (port: number, {host, routes}: GatewayHostConfig): GatewayRoute => ({
	name: `redirect of ${host}`,
	hosts: [host],
	matches: [],
	// Never asked for, yet a route has backends.
	backends: routes[0]?.backends ?? [],
	redirectToHttps: port,
});
