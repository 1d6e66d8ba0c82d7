// Other readers of HTTP/1.1, each in front of something that tells what it was asked.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createServer as createHttpServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {type AddressInfo, connect, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {type Seen, startRecorder} from './recorder.ts';

export interface Peer {
	readonly name: string;
	readonly port: number;
	/** What it took on the connection from a port; absent where its replies tell. */
	readonly seenFrom?: (clientPort: number) => readonly Seen[];
	readonly stop: () => Promise<void>;
}

/** The most that is waited for one of them to close a connection, in milliseconds; one that waits for more bytes has not refused. */
export const patienceMs = 150;

/** Starts node:http, nginx and HAProxy, as they are by default. */
export const startPeers = async (): Promise<readonly Peer[]> => {
	const recorder = await startRecorder();
	const [node, nginx, haproxy] = await Promise.all([
		startNodePeer(),
		startProxy(
			'nginx',
			port => ['nginx.conf', nginxConfig(port, recorder.port)],
			(file, folder) => ['-p', folder, '-c', file],
		),
		startProxy(
			'haproxy',
			port => ['haproxy.cfg', haproxyConfig(port, recorder.port)],
			file => ['-db', '-q', '-f', file],
		),
	]);
	const stopHaproxy = async () => {
		await haproxy.stop();
		await recorder.stop();
	};
	return [node, nginx, {...haproxy, stop: stopHaproxy}];
};

const startNodePeer = async (): Promise<Peer> => {
	const server = createHttpServer();
	// A refusal drops replies that were not sent yet, so replies cannot tell what was taken.
	const taken = new Map<number | undefined, (() => Seen | undefined)[]>();
	server.on('connection', socket => taken.set(socket.remotePort, []));
	for (const event of ['request', 'checkExpectation', 'checkContinue']) {
		server.on(event, (request: IncomingMessage, response: ServerResponse) => {
			let body: string | undefined;
			const {method = '', url: target = ''} = request;
			taken.get(request.socket.remotePort)?.push(() => (request.complete ? {method, target, body} : undefined));
			let text = '';
			request.setEncoding('latin1');
			request.on('error', () => {});
			request.on('data', (chunk: string) => {
				text += chunk;
			});
			request.on('end', () => {
				body = text;
				response.end();
			});
		});
	}

	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		name: 'node:http',
		port: (server.address() as AddressInfo).port,
		seenFrom: clientPort => (taken.get(clientPort) ?? []).flatMap(see => see() ?? []),
		stop: async () => {
			server.close();
			server.closeAllConnections();
			await once(server, 'close');
		},
	};
};

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
	const stop = async (): Promise<void> => {
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
