import test from 'ava';
import {formatStatus} from '../../src/cli/render/format-status.ts';
import {meshStatus, serviceStatus} from '../support/memory-mesh.ts';

const plain = {colors: false};
const [instance] = serviceStatus('web').instances;

test('versions, traffic and revisions stand in the table, which fits 80 columns', t => {
	const traffic = {requestsPerSecond: 12.34, success: 0.999_99, p50: 0.94, p95: 9.96, p99: 1234.5};
	const services = [
		serviceStatus('productpage', {traffic}),
		serviceStatus('reviews', {version: 'v1', mtls: 'permissive', traffic: {...traffic, success: 1}}),
		serviceStatus('payments', {kind: 'external', instances: [], mtls: 'off', hostUrl: undefined}),
	];
	const text = formatStatus(meshStatus({services, urls: []}), plain);
	t.true(
		text.includes(`SERVICE      READY     REVISION     MTLS        REQ/S  SUCCESS  P50/P95/P99
productpage  1 of 1    1 of 1 on 7  strict      12.3   99.99 %  0.9/10.0/1235 ms
reviews v1   1 of 1    1 of 1 on 7  permissive  12.3   100 %    0.9/10.0/1235 ms
payments     external  -            off         0      -        -`),
		text,
	);
	t.true(
		text.split('\n').every(({length}) => length <= 80),
		text,
	);
});

test('other ports of a service have addresses of their own', t => {
	const ports = [{port: 9000, protocol: 'tcp', hostUrl: 'tcp://127.0.0.1:20077'} as const];
	const text = formatStatus(meshStatus({services: [serviceStatus('web', {ports})]}), plain);
	t.regex(text, /\nweb +http:\/\/127\.0\.0\.1:\d+ *\nweb:9000 +tcp:\/\/127\.0\.0\.1:20077/);
});

test('one failure in a million is not a hundred per cent', t => {
	const traffic = {requestsPerSecond: 1, success: 0.999_999, p50: 1, p95: 1, p99: 1};
	t.regex(formatStatus(meshStatus({services: [serviceStatus('web', {traffic})]}), plain), / 99\.99 % /);
});

test('who is behind, not ready, refused or was started again is named', t => {
	if (!instance) {
		t.fail();
		return;
	}

	const services = [
		serviceStatus('web', {
			instances: [
				{...instance, revision: 6, restarts: 2},
				{...instance, id: 'web-2', state: 'starting', waitingFor: 'tcp/20001: connection refused'},
				{...instance, id: 'web-3', state: 'failed', revision: undefined},
				{
					...instance,
					id: 'web-4',
					state: 'failed',
					revision: undefined,
					note: 'port 80 is taken',
					advice: {code: 'DM5124', remedy: 'Publish another port.'},
				},
			],
		}),
	];
	const refused = {revision: 7, message: 'EADDRINUSE'};
	const sidecars = [{sidecar: 'web-1', revision: 6, refused, certificateUntil: '2026-01-02T00:00:00.000Z'}];
	const text = formatStatus(meshStatus({services, sidecars, ready: false, proxy: {pid: 1, connected: false}}), plain);
	t.regex(text, /^shop \(process\): not ready yet, 0 of 1 sidecars on revision 7\n/);
	t.regex(text, /\nweb {6}1 of 4 {2}1 of 2 on 7 /);
	t.true(
		text.endsWith(`web-2 is starting, waiting for tcp/20001: connection refused
web-3 is failed
web-4 is failed: port 80 is taken
  Publish another port.
web-1 was started again 2 times
the sidecar web-1 refused revision 7: EADDRINUSE
the proxy process is not connected`),
		text,
	);
});

test('faults, taken ports and what is wrong with the file are shown', t => {
	const text = formatStatus(
		meshStatus({
			urls: [{url: 'http://shop.localhost:20080/', insteadOf: 8080}],
			faults: [{id: 'f1', to: 'api', explanation: 'wait 2 s', until: '2026-01-01T00:00:30.000Z', source: 'running'}],
			diagnostics: [
				{
					code: 'DM2001',
					severity: 'error',
					place: {file: 'mesh.config.yaml', line: 3, column: 1},
					length: 1,
					finding: 'there is no service "x"',
					remedy: 'Did you mean y?',
				},
			],
		}),
		plain,
	);
	t.regex(text, /\nhttp:\/\/shop\.localhost:20080\/ {2}\(port 8080 is taken\)\n/);
	t.regex(text, /\nfault f1 on api: wait 2 s, until 2026-01-01T00:00:30\.000Z\n/);
	t.regex(text, /\nmesh\.config\.yaml:3:1 {2}DM2001 {2}there is no service "x"\n {2}Did you mean y\?$/);
});

test('the engine of a mesh in containers is named', t => {
	const engine = {address: 'unix:///var/run/docker.sock', version: '28.2.2'};
	const [, second] = formatStatus(meshStatus({runtime: 'docker', engine}), plain).split('\n');
	t.is(second, 'Docker 28.2.2 at unix:///var/run/docker.sock');
});
