// nginx of Debian as a proxy: one worker, connections to what is behind it kept open.
import path from 'node:path';
import {freePort} from '../free-port.ts';
import type {Scope} from '../scope.ts';
import {startProgram} from '../start-program.ts';
import {temporaryFolder} from '../temporary-folder.ts';
import type {Ground, Peer} from './peer.ts';

/** Starts it; it may not listen yet. */
export const startNginx = async (scope: Scope, ground: Ground): Promise<Peer & {readonly pid: number}> => {
	const ports = {plain: await freePort(), outer: await freePort(), inner: await freePort()};
	const folder = await temporaryFolder(scope, {'nginx.conf': configOf(ground, ports)});
	const {pid = 0} = startProgram(scope, ['nginx', '-p', folder, '-c', path.join(folder, 'nginx.conf')], {
		core: ground.core,
	});
	return {
		name: 'nginx',
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
daemon off;
pid nginx.pid;
error_log stderr error;
worker_processes 1;
events { worker_connections 1024; }
http {
	access_log off;
	client_body_temp_path body;
	proxy_temp_path proxy;
	fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi;
	scgi_temp_path scgi;
	keepalive_requests 1000000000;
	proxy_http_version 1.1;
	proxy_set_header Connection "";
	upstream backend {
		server 127.0.0.1:${backendPort};
		keepalive 128;
		keepalive_requests 1000000000;
	}
	upstream inner {
		server 127.0.0.1:${inner};
		keepalive 128;
		keepalive_requests 1000000000;
	}
	server {
		listen 127.0.0.1:${plain};
		location / { proxy_pass http://backend; }
	}
	server {
		listen 127.0.0.1:${outer};
		location / {
			proxy_pass https://inner;
			proxy_ssl_certificate ${certificates.certificate};
			proxy_ssl_certificate_key ${certificates.key};
			proxy_ssl_trusted_certificate ${certificates.root};
			proxy_ssl_verify on;
			proxy_ssl_name ${certificates.name};
			proxy_ssl_protocols TLSv1.3;
		}
	}
	server {
		listen 127.0.0.1:${inner} ssl;
		ssl_certificate ${certificates.certificate};
		ssl_certificate_key ${certificates.key};
		ssl_client_certificate ${certificates.root};
		ssl_verify_client on;
		ssl_protocols TLSv1.3;
		location / { proxy_pass http://backend; }
	}
}
`;
