// Certificates for the peers' hop: the same algorithm as those of a mesh.
import path from 'node:path';
import {generate, type SelfsignedOptions} from 'selfsigned';
import type {Scope} from '../scope.ts';
import {temporaryFolder} from '../temporary-folder.ts';
import type {CertificateFiles} from './peer.ts';

const name = 'bench.internal';

/** Makes a root and one certificate of it, for both ends. */
export const createCertificates = async (scope: Scope): Promise<CertificateFiles> => {
	const root = await issue('bench root', [
		{name: 'basicConstraints', cA: true, critical: true},
		{name: 'keyUsage', keyCertSign: true, critical: true},
	]);
	const leaf = await issue(
		name,
		[
			{name: 'basicConstraints', cA: false, critical: true},
			{name: 'keyUsage', digitalSignature: true, critical: true},
			{name: 'extKeyUsage', serverAuth: true, clientAuth: true},
			{name: 'subjectAltName', altNames: [{type: 2, value: name}]},
		],
		{key: root.private, cert: root.cert},
	);
	const folder = await temporaryFolder(scope, {
		'root.pem': root.cert,
		'certificate.pem': leaf.cert,
		'key.pem': leaf.private,
		'both.pem': `${leaf.cert}\n${leaf.private}`,
	});
	return {
		root: path.join(folder, 'root.pem'),
		certificate: path.join(folder, 'certificate.pem'),
		key: path.join(folder, 'key.pem'),
		both: path.join(folder, 'both.pem'),
		name,
	};
};

type Extensions = NonNullable<SelfsignedOptions['extensions']>;

const issue = (commonName: string, extensions: Extensions, ca?: {readonly key: string; readonly cert: string}) =>
	generate([{name: 'commonName', value: commonName}], {
		keyType: 'ec',
		curve: 'P-256',
		algorithm: 'sha256',
		extensions,
		...(ca && {ca}),
	});
