import {execFileSync} from 'node:child_process';
import {createPrivateKey, X509Certificate} from 'node:crypto';
import test from 'ava';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {ms} from '../../src/common/units.ts';
import {createMeshAuthority, loadMeshAuthority} from '../../src/pki/mesh-authority.ts';
import {createProject} from '../support/project.ts';

const now = Date.UTC(2026, 5, 1, 12, 0, 0);
const day = 86_400_000;
const create = (trustDomain = 'shop.devmesh.local', clock = createManualClock(now)) =>
	createMeshAuthority({trustDomain, namespace: 'default', clock});

test('a leaf names its service by its SPIFFE id alone, in the alternative names', async t => {
	const authority = await create();
	const {certPem} = await authority.issue('reviews');
	const leaf = new X509Certificate(certPem);
	t.is(leaf.subjectAltName, 'URI:spiffe://shop.devmesh.local/ns/default/sa/reviews');
	t.is(leaf.subject, 'CN=devmesh workload');
	t.is(leaf.issuer, new X509Certificate(authority.rootPem).subject);
	t.false(leaf.ca);
});

test('a leaf is vouched for by its root and by no other', async t => {
	const [authority, other] = [await create(), await create()];
	const leaf = new X509Certificate((await authority.issue('reviews')).certPem);
	t.true(leaf.verify(new X509Certificate(authority.rootPem).publicKey));
	t.false(leaf.verify(new X509Certificate(other.rootPem).publicKey));
	t.true(new X509Certificate(authority.rootPem).ca);
});

test('a leaf is good from a day ago for a day, in whole seconds, and says so', async t => {
	const clock = createManualClock(now + 999);
	const {certPem, notBefore, notAfter} = await (await create('shop', clock)).issue('reviews');
	const leaf = new X509Certificate(certPem);
	t.is(leaf.validFromDate.getTime(), now - day);
	t.is(leaf.validToDate.getTime(), now + day);
	t.is(notBefore, now - day);
	t.is(notAfter, now + day);
});

test('a leaf is good for as long as is said', async t => {
	const clock = createManualClock(1_800_000_000_000);
	const authority = await createMeshAuthority({trustDomain: 'shop.local', namespace: 'default', clock});
	const {notAfter} = await authority.issue('web', 90 * 86_400_000);
	t.is(notAfter, 1_800_000_000_000 + 90 * 86_400_000);
});

test('no two roots have one name, for verifiers find an issuer by it', async t => {
	const [one, other] = [await create(), await create()].map(({rootPem}) => new X509Certificate(rootPem).subject);
	t.regex(one ?? '', /^CN=devmesh mesh root [0-9a-f-]{36}$/);
	t.not(one, other);
});

test('a root is good before any leaf of its and for ten years', async t => {
	const root = new X509Certificate((await create()).rootPem);
	t.is(root.validFromDate.getTime(), now - 2 * day);
	t.is(root.validToDate.getTime(), now + 3650 * day);
});

test('a leaf that is issued later is good until later', async t => {
	const clock = createManualClock(now);
	const authority = await create('shop', clock);
	await clock.advance(ms(12 * 3_600_000));
	t.is((await authority.issue('reviews')).notAfter, now + 1.5 * day);
});

test('keys are of P-256, signatures by SHA-256, and the key belongs to the certificate', async t => {
	const {certPem, keyPem} = await (await create()).issue('reviews');
	const leaf = new X509Certificate(certPem);
	const key = createPrivateKey(keyPem);
	t.is(key.asymmetricKeyType, 'ec');
	t.is(key.asymmetricKeyDetails?.namedCurve, 'prime256v1');
	t.true(leaf.checkPrivateKey(key));
	t.is(leaf.signatureAlgorithm, 'ecdsa-with-SHA256');
});

test('every leaf has a key and a serial number of its own', async t => {
	const authority = await create();
	const leaves = await Promise.all(Array.from({length: 8}, () => authority.issue('reviews')));
	t.is(new Set(leaves.map(({keyPem}) => keyPem)).size, leaves.length);
	t.is(new Set(leaves.map(({certPem}) => new X509Certificate(certPem).serialNumber)).size, leaves.length);
});

test('openssl takes a leaf for a client and for a server', async t => {
	const authority = await create();
	const {certPem} = await authority.issue('reviews');
	const folder = await createProject(t, {'root.pem': authority.rootPem, 'leaf.pem': certPem});
	for (const purpose of ['sslclient', 'sslserver']) {
		const said = execFileSync(
			'openssl',
			['verify', '-attime', String(now / 1000), '-purpose', purpose, '-CAfile', 'root.pem', 'leaf.pem'],
			{cwd: folder, encoding: 'utf8'},
		);
		t.is(said, 'leaf.pem: OK\n');
	}
});

test('an authority is the same after it was put away', async t => {
	const authority = await create();
	const again = loadMeshAuthority(authority.serialize(), createManualClock(now));
	t.is(again.rootPem, authority.rootPem);
	t.is(again.trustDomain, authority.trustDomain);
	t.is(again.serialize(), authority.serialize());
	const leaf = new X509Certificate((await again.issue('reviews')).certPem);
	t.true(leaf.verify(new X509Certificate(authority.rootPem).publicKey));
	t.is(leaf.subjectAltName, 'URI:spiffe://shop.devmesh.local/ns/default/sa/reviews');
});

test('what is no authority cannot be taken up', t => {
	t.throws(() => loadMeshAuthority('', createManualClock(now)), {instanceOf: SyntaxError});
});
