import {readFile} from 'node:fs/promises';
import {connect as connectTcp} from 'node:net';
import path from 'node:path';
import {type ConnectionOptions, connect} from 'node:tls';
import test from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {meshIdOf} from '../../src/mesh/state-folder.ts';
import type {MeshStatus} from '../../src/model/mesh-status.ts';
import {createMeshAuthority, loadMeshAuthority} from '../../src/pki/mesh-authority.ts';
import {meshClientOptions} from '../../src/pki/mesh-tls.ts';
import {type Bookinfo, startBookinfo} from '../support/bookinfo.ts';
import {readJson} from '../support/user.ts';
import {policySuite} from './suites/policies.ts';

interface Inbound {
	readonly sidecar: string;
	readonly port: number;
}

const stateFolder = ({user, configFile}: Bookinfo): string => path.join(user.home, meshIdOf(configFile));

const inboundPorts = async (mesh: Bookinfo, status: MeshStatus): Promise<readonly Inbound[]> => {
	const {ports} = await readJson<{readonly ports: Readonly<Record<string, number>>}>(
		path.join(stateFolder(mesh), 'ports.json'),
	);
	return status.services
		.flatMap(({instances}) => instances)
		.map(({id}) => ({sidecar: id, port: ports[`${id}/inbound`] ?? 0}));
};

const request = 'GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

/** Gives what came back; empty when the sidecar broke the connection off. */
const askPlain = (port: number): Promise<string> => collect(connectTcp({port, host: '127.0.0.1'}));

const askTls = (port: number, options: ConnectionOptions): Promise<string> =>
	collect(connect({port, host: '127.0.0.1', checkServerIdentity: () => undefined, ...options}));

const collect = (socket: ReturnType<typeof connectTcp>): Promise<string> =>
	new Promise(resolve => {
		let text = '';
		socket.on('data', chunk => {
			text += chunk;
		});
		socket.on('error', () => {});
		socket.on('close', () => resolve(text));
		socket.write(request);
	});

test.serial('whoever shows no valid certificate of this mesh is refused by every sidecar', async t => {
	const mesh = await startBookinfo(t);
	const ports = await inboundPorts(mesh, await mesh.status());
	t.is(ports.length, 7);
	const serialized = await readFile(path.join(stateFolder(mesh), 'authority.json'), 'utf8');
	const authority = loadMeshAuthority(serialized, systemClock);
	const roots = [authority.rootPem];
	const stranger = await createMeshAuthority({
		trustDomain: authority.trustDomain,
		namespace: 'default',
		clock: systemClock,
	});
	const past = loadMeshAuthority(serialized, createManualClock(Date.now() - 30 * 86_400_000));
	const refused: Readonly<Record<string, (port: number) => Promise<string>>> = {
		'plain text': askPlain,
		'TLS without a certificate': port => askTls(port, {ca: roots}),
		"another mesh's certificate": async port => askTls(port, meshClientOptions(await stranger.issue('reviews'), roots)),
		'an expired certificate': async port => askTls(port, meshClientOptions(await past.issue('reviews'), roots)),
	};
	const mine = meshClientOptions(await authority.issue('reviews'), roots);
	for (const {sidecar, port} of ports) {
		for (const [how, ask] of Object.entries(refused)) {
			t.is(await ask(port), '', `${sidecar} answered ${how}`);
		}

		t.regex(await askTls(port, mine), /^HTTP\/1\.1 200 /, `${sidecar} answers a caller that may call it`);
	}
});

policySuite(startBookinfo);
