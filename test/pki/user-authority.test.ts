import {execFile, execFileSync} from 'node:child_process';
import {X509Certificate} from 'node:crypto';
import {readdir, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {createPassingAuthority, loadOrCreateUserAuthority} from '../../src/pki/user-authority.ts';
import {createProject} from '../support/project.ts';
import {repository} from '../support/user.ts';

const verify = async (t: ExecutionContext, rootPem: string, certPem: string, host: string): Promise<string> => {
	const folder = await createProject(t, {'root.pem': rootPem, 'leaf.pem': certPem});
	return execFileSync(
		'openssl',
		['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', host, '-CAfile', 'root.pem', 'leaf.pem'],
		{cwd: folder, encoding: 'utf8', stdio: 'pipe'},
	);
};

test('a certificate for a host passes the strictest verification that openssl has', async t => {
	const authority = await loadOrCreateUserAuthority(await createProject(t, {}), systemClock);
	const {certPem} = await authority.issueForHost('bookinfo.localhost');
	t.is(await verify(t, authority.rootPem, certPem, 'bookinfo.localhost'), 'leaf.pem: OK\n');
});

test('a certificate for a wildcard covers the names below', async t => {
	const authority = await loadOrCreateUserAuthority(await createProject(t, {}), systemClock);
	const {certPem} = await authority.issueForHost('*.shop.localhost');
	t.is(await verify(t, authority.rootPem, certPem, 'web.shop.localhost'), 'leaf.pem: OK\n');
});

test('the root is made once, for the eyes of its user alone, also when many ask for it at once', async t => {
	const folder = path.join(await createProject(t, {}), 'ca');
	const many = await Promise.all(Array.from({length: 8}, () => loadOrCreateUserAuthority(folder, systemClock)));
	const later = await loadOrCreateUserAuthority(folder, systemClock);
	t.is(new Set([...many, later].map(({rootPem}) => rootPem)).size, 1);
	t.deepEqual(await readdir(folder), ['root.pem']);
	t.is((await stat(path.join(folder, 'root.pem'))).mode & 0o777, 0o600);
	t.is((await stat(folder)).mode & 0o777, 0o700);
	for (const authority of [...many, later]) {
		const {certPem} = await authority.issueForHost('a.localhost');
		t.is(await verify(t, later.rootPem, certPem, 'a.localhost'), 'leaf.pem: OK\n');
	}
});

test('two commands that ask at once use one root', async t => {
	const folder = await createProject(t, {});
	const program = [
		"import {systemClock} from './src/common/clock.ts';",
		"import {createPassingAuthority, loadOrCreateUserAuthority} from './src/pki/user-authority.ts';",
		'const {rootPem} = await loadOrCreateUserAuthority(process.argv[1], systemClock);',
		'process.stdout.write(rootPem);',
	].join('\n');
	const run = () =>
		promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, folder], {cwd: repository});
	const [one, other] = await Promise.all([run(), run()]);
	t.true(one.stdout.startsWith('-----BEGIN CERTIFICATE-----'));
	t.is(one.stdout, other.stdout);
});

test('a certificate is good for no other host', async t => {
	const authority = await loadOrCreateUserAuthority(await createProject(t, {}), systemClock);
	const {certPem} = await authority.issueForHost('*.shop.localhost');
	for (const host of ['shop.localhost', 'a.b.shop.localhost', 'web.other.localhost']) {
		await t.throwsAsync(verify(t, authority.rootPem, certPem, host), {message: /hostname mismatch/i}, host);
	}
});

test('for any host, a certificate names localhost and what stands below', async t => {
	const authority = await loadOrCreateUserAuthority(await createProject(t, {}), systemClock);
	const {certPem} = await authority.issueForHost('*');
	t.is(await verify(t, authority.rootPem, certPem, 'localhost'), 'leaf.pem: OK\n');
	t.is(new X509Certificate(certPem).subjectAltName, 'DNS:localhost, DNS:*.localhost');
});

test('a certificate without a common name carries its names, and the identifier of its issuer’s key', async t => {
	const authority = await loadOrCreateUserAuthority(await createProject(t, {}), systemClock);
	const leaf = new X509Certificate((await authority.issueForHost('shop.localhost')).certPem);
	t.is(leaf.subjectAltName, 'DNS:shop.localhost');
	t.falsy(leaf.subject);
	t.true(leaf.checkIssued(new X509Certificate(authority.rootPem)));
});

test('a leaf is good from a day ago for a day', async t => {
	const authority = await loadOrCreateUserAuthority(await createProject(t, {}), systemClock);
	const issued = await authority.issueForHost('a.localhost');
	const certificate = new X509Certificate(issued.certPem);
	t.is(certificate.validFromDate.getTime(), issued.notBefore);
	t.is(certificate.validToDate.getTime(), issued.notAfter);
	t.is(issued.notAfter - issued.notBefore, 2 * 86_400_000);
});

test('a root that is kept nowhere vouches for its leaves, which are good for as long as is said', async t => {
	const authority = await createPassingAuthority(systemClock);
	const issued = await authority.issueForHost('a.localhost', 90 * 86_400_000);
	t.is(issued.notAfter - issued.notBefore, 91 * 86_400_000);
	t.is(await verify(t, authority.rootPem, issued.certPem, 'a.localhost'), 'leaf.pem: OK\n');
});

test('a root file that is none is an error, not a new root', async t => {
	const folder = await createProject(t, {});
	await writeFile(path.join(folder, 'root.pem'), 'garbage');
	await t.throwsAsync(loadOrCreateUserAuthority(folder, systemClock));
});
