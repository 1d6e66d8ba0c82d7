import {execFileSync} from 'node:child_process';
import {X509Certificate} from 'node:crypto';
import {stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {loadOrCreateUserAuthority} from '../../src/pki/user-authority.ts';
import {createProject} from '../support/project.ts';

const verify = async (t: ExecutionContext, rootPem: string, certPem: string, host: string): Promise<string> => {
	const folder = await createProject(t, {'root.pem': rootPem, 'leaf.pem': certPem});
	return execFileSync(
		'openssl',
		['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', host, '-CAfile', 'root.pem', 'leaf.pem'],
		{cwd: folder, encoding: 'utf8'},
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

test('the root is made once, for the eyes of its user alone, also when two ask for it at once', async t => {
	const folder = await createProject(t, {});
	const both = await Promise.all([
		loadOrCreateUserAuthority(folder, systemClock),
		loadOrCreateUserAuthority(folder, systemClock),
	]);
	const later = await loadOrCreateUserAuthority(folder, systemClock);
	t.is(new Set([...both, later].map(({rootPem}) => rootPem)).size, 1);
	t.is((await stat(path.join(folder, 'root.pem'))).mode & 0o777, 0o600);
});

test('a leaf is good from a day ago for a day', async t => {
	const authority = await loadOrCreateUserAuthority(await createProject(t, {}), systemClock);
	const issued = await authority.issueForHost('a.localhost');
	const certificate = new X509Certificate(issued.certPem);
	t.is(certificate.validFromDate.getTime(), issued.notBefore);
	t.is(certificate.validToDate.getTime(), issued.notAfter);
	t.is(issued.notAfter - issued.notBefore, 2 * 86_400_000);
});

test('a root file that is none is an error, not a new root', async t => {
	const folder = await createProject(t, {});
	await writeFile(path.join(folder, 'root.pem'), 'garbage');
	await t.throwsAsync(loadOrCreateUserAuthority(folder, systemClock));
});
