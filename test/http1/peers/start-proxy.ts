// nginx and HAProxy of Debian as proxies of one backend, as they are by default.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {type AddressInfo, connect, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Peer} from './peers.ts';

export const startNginx = (backend: number): Promise<Peer> =>
	startProxy(
		'nginx',
		port => ['nginx.conf', nginxConfig(port, backend)],
		(file, folder) => ['-p', folder, '-c', file],
	);

export const startHaproxy = (backend: number): Promise<Peer> =>
	startProxy(
		'haproxy',
		port => ['haproxy.cfg', haproxyConfig(port, backend)],
		file => ['-db', '-q', '-f', file],
	);

const startProxy = async (
	name: string,
	configFor: (port: number) => readonly [file: string, text: string],
	argsFor: (file: string, folder: string) => readonly string[],
): Promise<Peer> => {
	const folder = await mkdtemp(path.join(tmpdir(), 'devmesh-peer-'));
	const port = await freePort();
	const [fileName, text] = configFor(port);
	const file = path.join(folder, fileName);
	await writeFile(file, text);
	const child = spawn(`/usr/sbin/${name}`, argsFor(file, folder), {stdio: ['ignore', 'ignore', 'pipe']});
	let complaint = '';
	child.stderr.on('data', chunk => {
		complaint += chunk;
	});
	// When this program fails, nobody calls `stop`.
	const kill = (): boolean => child.kill('SIGKILL');
	process.once('exit', kill);
	const stop = async (): Promise<void> => {
		process.off('exit', kill);
		if (child.exitCode === null && child.signalCode === null) {
			child.kill('SIGTERM');
			await once(child, 'exit');
		}

		await rm(folder, {recursive: true, force: true});
	};

	while (!(await answers(port))) {
		if (child.exitCode !== null) {
			await stop();
			throw new Error(`${name} ended with ${child.exitCode}: ${complaint}`);
		}

		await sleep(20);
	}

	return {name, port, stop};
};

const answers = async (port: number): Promise<boolean> => {
	const socket = connect({port, host: '127.0.0.1'});
	try {
		await once(socket, 'connect');
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
};

const freePort = async (): Promise<number> => {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {port} = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
};

const nginxConfig = (port: number, backend: number): string => `
daemon off;
master_process off;
pid nginx.pid;
error_log /dev/null crit;
events { worker_connections 512; }
http {
	access_log off;
	client_body_temp_path body;
	proxy_temp_path proxy;
	fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi;
	scgi_temp_path scgi;
	lingering_close off;
	keepalive_requests 1000000;
	proxy_http_version 1.1;
	proxy_set_header Connection "";
	upstream backend { server 127.0.0.1:${backend} max_fails=0; keepalive 32; }
	server {
		listen 127.0.0.1:${port};
		location / { proxy_pass http://backend; }
	}
}
`;

const haproxyConfig = (port: number, backend: number): string => `
global
	nbthread 1
defaults
	mode http
	timeout connect 2s
	timeout client 5s
	timeout server 5s
frontend peer
	bind 127.0.0.1:${port}
	default_backend recorder
backend recorder
	server one 127.0.0.1:${backend}
`;
