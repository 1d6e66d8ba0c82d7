// HAProxy of Debian: one thread, connections to what is behind it shared and kept open.
import path from 'node:path';
import {freePort} from '../free-port.ts';
import type {Scope} from '../scope.ts';
import {startProgram} from '../start-program.ts';
import {temporaryFolder} from '../temporary-folder.ts';
import type {Ground, Peer} from './peer.ts';

/** Starts it; it may not listen yet. */
export const startHaproxy = async (scope: Scope, ground: Ground): Promise<Peer & {readonly pid: number}> => {
	const ports = {plain: await freePort(), outer: await freePort(), inner: await freePort()};
	const folder = await temporaryFolder(scope, {'haproxy.cfg': configOf(ground, ports)});
	const {pid = 0} = startProgram(scope, ['haproxy', '-db', '-q', '-f', path.join(folder, 'haproxy.cfg')], {
		core: ground.core,
	});
	return {
		name: 'HAProxy',
		plainUrl: `http://127.0.0.1:${ports.plain}`,
		mutualUrl: `http://127.0.0.1:${ports.outer}`,
		innerPort: ports.inner,
		pid,
	};
};

interface Ports {
	readonly plain: number;
	readonly outer: number;
	readonly inner: number;
}

const configOf = ({backendPort, certificates}: Ground, {plain, outer, inner}: Ports): string => `
global
	nbthread 1
	maxconn 2000

defaults
	mode http
	http-reuse always
	timeout connect 5s
	timeout client 60s
	timeout server 60s

frontend plain
	bind 127.0.0.1:${plain}
	default_backend backend

frontend outer
	bind 127.0.0.1:${outer}
	default_backend inner

frontend inner
	bind 127.0.0.1:${inner} ssl crt ${certificates.both} ca-file ${certificates.root} verify required ssl-min-ver TLSv1.3
	default_backend backend

backend backend
	server one 127.0.0.1:${backendPort}

backend inner
	server one 127.0.0.1:${inner} ssl crt ${certificates.both} ca-file ${certificates.root} verify required verifyhost ${certificates.name} ssl-min-ver TLSv1.3
`;
