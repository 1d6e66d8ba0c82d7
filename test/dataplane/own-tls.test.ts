import {once} from 'node:events';
import {text} from 'node:stream/consumers';
import {connect, createServer} from 'node:tls';
import test, {type ExecutionContext} from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import type {Protocol} from '../../src/model/mesh-config.ts';
import {createPassingAuthority} from '../../src/pki/user-authority.ts';
import {meshConfig, workload} from '../support/mesh-config.ts';
import {createScene, listenFor} from '../support/scene.ts';

/** An app that greets over TLS, with a certificate of an authority that the mesh does not know. */
const start = async (t: ExecutionContext, protocol: Protocol) => {
	const {issueForHost, rootPem} = await createPassingAuthority(systemClock);
	const {certPem, keyPem} = await issueForHost('vault.shop.test');
	const vault = await listenFor(
		t,
		createServer({cert: certPem, key: keyPem}, socket => socket.end('open')),
	);
	const config = meshConfig({services: [workload('web'), workload('vault', {protocol})]});
	const scene = await createScene(t, config, {apps: {'vault-1': vault}});
	const dial = (servername?: string) =>
		connect({
			host: '127.0.0.1',
			port: scene.portOf('web-1/outbound:vault'),
			ca: rootPem,
			...(servername === undefined ? {checkServerIdentity: () => undefined} : {servername}),
		});
	return {scene, dial};
};

for (const protocol of ['tls', 'auto'] as const) {
	test(`TLS of an app passes as it is, its client sees the app's certificate: ${protocol}`, async t => {
		const {scene, dial} = await start(t, protocol);
		const socket = dial('vault.shop.test');
		await once(socket, 'secureConnect');
		t.true(socket.authorized);
		t.is(await text(socket), 'open');
		t.like(await scene.logged(({direction}) => direction === 'outbound'), {
			protocol: 'tcp',
			authority: 'vault.shop.test',
			flags: '-',
		});
		t.like(await scene.logged(({direction}) => direction === 'inbound'), {caller: 'web'});
	});
}

test('a client that names no server is let through: the app judges', async t => {
	const {scene, dial} = await start(t, 'tls');
	t.is(await text(dial()), 'open');
	t.like(await scene.logged(({direction}) => direction === 'outbound'), {authority: ''});
});
