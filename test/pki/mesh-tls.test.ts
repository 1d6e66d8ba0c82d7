import {X509Certificate} from 'node:crypto';
import {once} from 'node:events';
import type {AddressInfo} from 'node:net';
import {type ConnectionOptions, connect, createServer, type TlsOptions} from 'node:tls';
import test, {type ExecutionContext} from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {createMeshAuthority, loadMeshAuthority, type MeshAuthority} from '../../src/pki/mesh-authority.ts';
import {meshClientOptions, meshServerOptions} from '../../src/pki/mesh-tls.ts';
import {checkPeer, peerIdentity} from '../../src/pki/peer-identity.ts';

const createAuthority = (trustDomain: string, clock = systemClock): Promise<MeshAuthority> =>
	createMeshAuthority({trustDomain, namespace: 'default', clock});

/** Starts a server of `reviews` that answers with the name of its caller. */
const listen = async (
	t: ExecutionContext,
	authority: MeshAuthority,
	roots: readonly string[] = [authority.rootPem],
	more: TlsOptions = {},
): Promise<number> => {
	const options = {...meshServerOptions(await authority.issue('reviews'), roots), ...more};
	const server = createServer(options, socket => {
		socket.on('error', () => {});
		socket.end(peerIdentity(socket)?.spiffeId ?? 'nobody');
	});
	server.on('tlsClientError', () => {});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => server.close());
	return (server.address() as AddressInfo).port;
};

/** Connects and gives what the server said; rejects when either side refuses. */
const ask = (port: number, options: ConnectionOptions): Promise<string> =>
	new Promise((resolve, reject) => {
		const socket = connect({host: '127.0.0.1', port, ...options});
		let text = '';
		socket.on('data', chunk => {
			text += chunk;
		});
		socket.on('end', () => (text === '' ? reject(new Error('closed without a word')) : resolve(text)));
		socket.on('error', reject);
	});

const reviews = 'spiffe://shop/ns/default/sa/reviews';

test('both ends prove who they are', async t => {
	const authority = await createAuthority('shop');
	const port = await listen(t, authority);
	const options = meshClientOptions(await authority.issue('web'), [authority.rootPem]);
	t.is(await ask(port, {...options, checkServerIdentity: checkPeer(reviews)}), 'spiffe://shop/ns/default/sa/web');
});

test('a caller without a certificate is refused', async t => {
	const authority = await createAuthority('shop');
	const port = await listen(t, authority);
	await t.throwsAsync(ask(port, {ca: authority.rootPem, checkServerIdentity: () => undefined}));
});

test('a caller with a certificate of another mesh is refused', async t => {
	const [ours, theirs] = await Promise.all([createAuthority('shop'), createAuthority('shop')]);
	const port = await listen(t, ours);
	const options = meshClientOptions(await theirs.issue('web'), [ours.rootPem]);
	await t.throwsAsync(ask(port, {...options, checkServerIdentity: checkPeer(reviews)}));
});

test('a caller with an expired certificate is refused', async t => {
	const authority = await createAuthority('shop');
	const port = await listen(t, authority);
	const past = loadMeshAuthority(authority.serialize(), createManualClock(Date.now() - 30 * 86_400_000));
	const options = meshClientOptions(await past.issue('web'), [authority.rootPem]);
	await t.throwsAsync(ask(port, {...options, checkServerIdentity: checkPeer(reviews)}));
});

test('TLS 1.2 is refused', async t => {
	const authority = await createAuthority('shop');
	const port = await listen(t, authority);
	const options = meshClientOptions(await authority.issue('web'), [authority.rootPem]);
	await t.throwsAsync(
		ask(port, {...options, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', checkServerIdentity: () => undefined}),
	);
});

test('a server that is another service than the one that was dialled is refused', async t => {
	const authority = await createAuthority('shop');
	const port = await listen(t, authority);
	const options = meshClientOptions(await authority.issue('web'), [authority.rootPem]);
	await t.throwsAsync(ask(port, {...options, checkServerIdentity: checkPeer('spiffe://shop/ns/default/sa/ratings')}), {
		message: /the peer is spiffe:\/\/shop\/ns\/default\/sa\/reviews/,
	});
});

test('an authority that was put away and taken up again issues what the old root vouches for', async t => {
	const authority = await createAuthority('shop');
	const port = await listen(t, authority);
	const again = loadMeshAuthority(authority.serialize(), systemClock);
	const options = meshClientOptions(await again.issue('web'), [again.rootPem]);
	t.is(await ask(port, {...options, checkServerIdentity: checkPeer(reviews)}), 'spiffe://shop/ns/default/sa/web');
});

test('a server with a certificate of another mesh is refused', async t => {
	const [ours, theirs] = await Promise.all([createAuthority('shop'), createAuthority('shop')]);
	const port = await listen(t, theirs);
	const options = meshClientOptions(await ours.issue('web'), [ours.rootPem]);
	await t.throwsAsync(ask(port, {...options, checkServerIdentity: checkPeer(reviews)}), {
		code: 'SELF_SIGNED_CERT_IN_CHAIN',
	});
});

test('while a root is renewed both are trusted', async t => {
	const [old, fresh] = await Promise.all([createAuthority('shop'), createAuthority('shop')]);
	const port = await listen(t, fresh, [old.rootPem, fresh.rootPem]);
	const options = meshClientOptions(await old.issue('web'), [old.rootPem, fresh.rootPem]);
	t.is(await ask(port, {...options, checkServerIdentity: checkPeer(reviews)}), 'spiffe://shop/ns/default/sa/web');
});

test('a certificate that was not verified proves nothing', async t => {
	const [ours, theirs] = await Promise.all([createAuthority('shop'), createAuthority('shop')]);
	const port = await listen(t, ours, [ours.rootPem], {rejectUnauthorized: false});
	const client = (authority: MeshAuthority) => async () => {
		const options = meshClientOptions(await authority.issue('web'), [ours.rootPem]);
		return ask(port, {...options, checkServerIdentity: checkPeer(reviews)});
	};

	t.is(await client(theirs)(), 'nobody');
	t.is(await client(ours)(), 'spiffe://shop/ns/default/sa/web');
});

test('new certificates are shown from the next handshake on; what is open goes on, and TLS 1.2 stays shut', async t => {
	const authority = await createAuthority('shop');
	const first = await authority.issue('reviews');
	const server = createServer(meshServerOptions(first, [authority.rootPem]), socket => {
		socket.on('error', () => {});
		socket.pipe(socket);
	});
	server.on('tlsClientError', () => {});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {port} = server.address() as AddressInfo;
	const options = {
		...meshClientOptions(await authority.issue('web'), [authority.rootPem]),
		host: '127.0.0.1',
		port,
		checkServerIdentity: checkPeer(reviews),
	};
	const old = connect(options);
	t.teardown(() => {
		old.destroy();
		server.close();
	});
	await once(old, 'secureConnect');

	const second = await authority.issue('reviews');
	server.setSecureContext(meshServerOptions(second, [authority.rootPem]));
	const fresh = connect(options);
	t.teardown(() => fresh.destroy());
	await once(fresh, 'secureConnect');
	const shown = (pem: string) => new X509Certificate(pem).fingerprint256;
	t.is(old.getPeerCertificate().fingerprint256, shown(first.certPem));
	t.is(fresh.getPeerCertificate().fingerprint256, shown(second.certPem));
	old.write('still here');
	t.is(String((await once(old, 'data'))[0]), 'still here');
	await t.throwsAsync(ask(port, {...options, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2'}));
});
