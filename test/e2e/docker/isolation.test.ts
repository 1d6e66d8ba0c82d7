import path from 'node:path';
import test from 'ava';
import {systemClock} from '../../../src/common/clock.ts';
import {createManualClock} from '../../../src/common/manual-clock.ts';
import {meshIdOf} from '../../../src/mesh/state-folder.ts';
import {createMeshAuthority, loadMeshAuthority} from '../../../src/pki/mesh-authority.ts';
import {startBookinfo} from '../../support/bookinfo.ts';
import {startTestEngine} from '../../support/test-engine.ts';
import {readJson} from '../../support/user.ts';

interface Attempt {
	readonly how: string;
	readonly port: number;
	/** Absent: plain text. */
	readonly tls?: {readonly ca: readonly string[]; readonly cert?: string; readonly key?: string};
}

/** Runs in the stranger's container: prints what came back of each attempt, empty when it was refused. */
const program = `
const net = require('node:net');
const tls = require('node:tls');
const ask = (host, {port, tls: options}) => new Promise(resolve => {
	let text = '';
	const parts = {host, port, timeout: 3000};
	const socket = options ? tls.connect({...parts, ...options, checkServerIdentity: () => undefined}) : net.connect(parts);
	socket.on('data', chunk => { text += chunk; });
	socket.on('error', () => {});
	socket.on('timeout', () => { text += 'no answer'; socket.destroy(); });
	socket.on('close', () => resolve(text));
	socket.write('GET /ratings/1 HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n');
});
const {hosts, attempts} = JSON.parse(process.env.ATTEMPTS);
(async () => {
	const results = [];
	for (const host of hosts) {
		for (const attempt of attempts) {
			results.push({host, how: attempt.how, text: await ask(host, attempt)});
		}
	}
	console.log(JSON.stringify(results));
})();
`.replaceAll('\\\\', '\\');

test.serial(
	'another container reaches neither the app nor, without a valid certificate, its sidecar, over IPv4 and IPv6',
	async t => {
		const engine = await startTestEngine();
		const mesh = await startBookinfo(t, {kind: 'containers', engine});
		const id = meshIdOf(mesh.configFile);
		const serialized = JSON.stringify(await readJson(path.join(mesh.user.home, id, 'authority.json')));
		const authority = loadMeshAuthority(serialized, systemClock);
		const roots = [authority.rootPem];
		const stranger = await createMeshAuthority({
			trustDomain: authority.trustDomain,
			namespace: 'default',
			clock: systemClock,
		});
		const past = loadMeshAuthority(serialized, createManualClock(Date.now() - 30 * 86_400_000));
		const shown = ({certPem, keyPem}: {readonly certPem: string; readonly keyPem: string}) => ({
			ca: roots,
			cert: certPem,
			key: keyPem,
		});
		const attempts: readonly Attempt[] = [
			{how: "the app's port", port: 9080},
			{how: "a port of the sidecar for its own app's calls", port: 15_100},
			...[15_006, 15_090].flatMap((port): readonly Attempt[] => [
				{how: `plain text at ${port}`, port},
				{how: `TLS without a certificate at ${port}`, port, tls: {ca: roots}},
			]),
			{how: "another mesh's certificate", port: 15_006, tls: shown(await stranger.issue('reviews'))},
			{how: 'an expired certificate', port: 15_006, tls: shown(await past.issue('reviews'))},
			{how: "a service's certificate at the control port", port: 15_090, tls: shown(await authority.issue('reviews'))},
			{how: 'a valid certificate', port: 15_006, tls: shown(await authority.issue('reviews'))},
		];
		const addresses = await engine.run(
			'inspect',
			`${id}-ratings-1-pause`,
			'--format',
			'{{range .NetworkSettings.Networks}}{{.IPAddress}} {{.GlobalIPv6Address}}{{end}}',
		);
		const hosts = addresses.split(' ');
		t.is(hosts.length, 2);
		const output = await engine.run(
			...['run', '--rm', '--network', id, '-e', `ATTEMPTS=${JSON.stringify({hosts, attempts})}`],
			...['node:26-slim', 'node', '-e', program],
		);
		const results = JSON.parse(output) as readonly {
			readonly host: string;
			readonly how: string;
			readonly text: string;
		}[];
		t.is(results.length, 2 * attempts.length);
		const [four] = hosts;
		for (const {host, how, text} of results) {
			if (host === four && how === 'a valid certificate') {
				t.regex(text, /^HTTP\/1\.1 200 /, 'whoever belongs to the mesh and may call gets an answer');
			} else {
				t.is(text, '', `${host} answered ${how}`);
			}
		}
	},
);
