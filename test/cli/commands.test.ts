import {mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {createDevmesh} from '../support/devmesh-from-source.ts';
import {createMemoryMesh, serveMesh} from '../support/memory-mesh.ts';

const config = `version: 1
services:
  web: { port: 8000, command: [node, web.js], dependsOn: [api] }
  api: { port: 8001, command: [node, api.js] }
`;

test('status shows the mesh as a table that has no colours when it is piped', async t => {
	const devmesh = await createDevmesh(t, config);
	await devmesh.adopt(await serveMesh(t, createMemoryMesh().door));
	const {code, stdout, stderr} = await devmesh.run(['status']);
	t.is(code, 0, stderr);
	t.is(
		stdout,
		`shop (process): ready, 2 of 2 sidecars on revision 7

SERVICE  READY   REVISION     MTLS    REQ/S  SUCCESS  P50/P95/P99
web      1 of 1  1 of 1 on 7  strict  0      -        -
api      1 of 1  1 of 1 on 7  strict  0      -        -

http://shop.localhost:8080/

FROM HERE, AS HOST
web                 http://127.0.0.1:20010
api                 http://127.0.0.1:20010
`,
	);
});

test('with --json, every command that asks the mesh prints one value and nothing else', async t => {
	const mesh = createMemoryMesh({logs: [{instance: 'web-1', line: 'hello'}]});
	const devmesh = await createDevmesh(t, config);
	await devmesh.adopt(await serveMesh(t, mesh.door));
	const commands = [
		['status'],
		['routes'],
		['routes', 'api'],
		['plan'],
		['certs'],
		['fault', 'add', 'api', '--delay', '2s'],
		['fault', 'list'],
		['fault', 'clear'],
		['logs'],
		['validate'],
		['restart-sidecar', 'web-1'],
	];
	for (const args of commands) {
		const {code, stdout, stderr} = await devmesh.run([...args, '--json']);
		t.is(code, 0, args.join(' ') + stderr);
		t.notThrows(() => JSON.parse(stdout), `${args.join(' ')}: ${stdout}`);
		t.is(stderr, '');
	}
});

test('fault add sends the flags in the shape of the config file', async t => {
	const mesh = createMemoryMesh();
	const devmesh = await createDevmesh(t, config);
	await devmesh.adopt(await serveMesh(t, mesh.door));
	const flags = ['--delay', '2s', '--abort', '503', '--percent', '20', '--for', '30s', '--from', 'web', '--from', 'x'];
	const matches = ['--match', 'header end-user=jason', '--match', 'path /ratings'];
	const {code, stdout} = await devmesh.run(['fault', 'add', ...flags, ...matches, 'api']);
	t.is(code, 0);
	t.is(stdout, 'fault f1 on api: wait 2 s\n');
	t.deepEqual(mesh.sent, [
		{
			to: 'api',
			from: ['web', 'x'],
			match: [{headers: {'end-user': 'jason'}, path: {prefix: '/ratings'}}],
			delay: {duration: '2s', percent: '20'},
			abort: {status: 503, percent: '20'},
			for: '30s',
		},
	]);
});

test('wrong usage ends with 2 and says what is right', async t => {
	const devmesh = await createDevmesh(t, config);
	const cases: readonly (readonly [readonly string[], RegExp])[] = [
		[['stauts'], /DM6014 {2}there is no command "stauts"\n {2}Did you mean status\?/],
		[['fault', 'ad'], /Did you mean fault add\?/],
		[['status', 'twice'], /devmesh status does not take "twice"/],
		[['status', '--nope'], /Nonexistent flag: --nope/],
		[['fault', 'add'], /Missing 1 required arg/],
		[['fault', 'add', 'api'], /--abort, --delay/],
		[['fault', 'add', 'api', '--abort', '42'], /greater than or equal to 200/],
		[['fault', 'add', 'api', '--delay', '2s', '--match', 'jason'], /"jason" is no condition on a request/],
		[['logs', '-n', 'many'], /Expected an integer/],
	];
	for (const [args, expected] of cases) {
		const {code, stdout, stderr} = await devmesh.run(args);
		t.is(code, 2, args.join(' '));
		t.regex(stderr, expected);
		t.is(stdout, '');
	}
});

test('wrong usage is JSON with --json', async t => {
	const devmesh = await createDevmesh(t, config);
	for (const args of [['stauts'], ['status', '--nope'], ['fault', 'add']]) {
		const {code, stdout} = await devmesh.run([...args, '--json']);
		t.is(code, 2, args.join(' '));
		t.is((JSON.parse(stdout) as {error: {code: string}}).error.code, 'DM6014');
	}
});

test('a mesh that is not running is said so with 1, code and remedy, without a stack', async t => {
	const devmesh = await createDevmesh(t, config);
	for (const args of [
		['status'],
		['routes'],
		['logs'],
		['certs'],
		['fault', 'list'],
		['fault', 'add', 'api', '--delay', '1s'],
	]) {
		const {code, stdout, stderr} = await devmesh.run(args);
		t.is(code, 1, args.join(' '));
		t.is(stdout, '');
		t.regex(
			stderr,
			/^DM6009 {2}the mesh of \S+\/shop\/mesh\.config\.yaml is not running\n {2}Start it with `devmesh up`\.\n$/,
		);
	}
});

test('the stack is shown when it is asked for', async t => {
	const devmesh = await createDevmesh(t, config);
	const {stderr} = await devmesh.run(['status'], {DEVMESH_DEBUG: '1'});
	t.regex(stderr, /DM6009[\s\S]*\n {4}at .*mesh-command/);
});

test('an address that was left behind by a control plane that died is not taken for a mesh', async t => {
	const devmesh = await createDevmesh(t, config);
	const served = await serveMesh(t, createMemoryMesh().door);
	await devmesh.adopt(served, {processStart: 'another process of the same number'});
	t.regex((await devmesh.run(['status'])).stderr, /^DM6009/);
});

test('down without a mesh is no failure', async t => {
	const devmesh = await createDevmesh(t, config);
	const {code, stdout} = await devmesh.run(['down']);
	t.is(code, 0);
	t.regex(stdout, /was not running\.\n$/);
	t.deepEqual(JSON.parse((await devmesh.run(['down', '--json'])).stdout), {stopped: false, volumesRemoved: 0});
});

test('the config is found from folders below, and a missing one is said so', async t => {
	const devmesh = await createDevmesh(t, config);
	const below = path.join(devmesh.folder, 'src', 'deep');
	await mkdir(below, {recursive: true});
	const found = await devmesh.run(['validate'], {}, below);
	t.is(found.code, 0, found.stderr);
	t.regex(found.stdout, /\/shop\/mesh\.config\.yaml is valid/);
	const {code, stderr} = await devmesh.run(['status', '-f', 'nowhere/mesh.config.yaml']);
	t.is(code, 1);
	t.regex(stderr, /^DM6012 {2}\S+\/nowhere\/mesh\.config\.yaml does not exist\n/);
	const empty = await createDevmesh(t);
	t.regex((await empty.run(['status'])).stderr, /^DM6012 {2}there is no mesh\.config\.yaml here or above\n/);
});

test('a broken config is refused by validate and up with all its findings', async t => {
	const devmesh = await createDevmesh(t, 'version: 1\nservices:\n  web: { prot: 8000 }\n');
	for (const command of ['validate', 'up', 'plan']) {
		const {code, stderr} = await devmesh.run([command]);
		t.is(code, 1, command);
		t.regex(stderr, /mesh\.config\.yaml:3:\d+ {2}DM\d{4}/);
		t.false(stderr.includes('\u001B'));
	}

	const {stdout} = await devmesh.run(['validate', '--json']);
	t.false((JSON.parse(stdout) as {valid: boolean}).valid);
});

test('plan without a running mesh lists what up would start, dependencies first', async t => {
	const devmesh = await createDevmesh(t, config);
	const {code, stdout} = await devmesh.run(['plan']);
	t.is(code, 0);
	t.is(stdout, 'start api-1: it does not run\nstart web-1 after api to be healthy: it does not run\n');
});

test('init writes a config that is valid, and never over another one', async t => {
	const devmesh = await createDevmesh(t);
	t.is((await devmesh.run(['init'])).code, 0);
	const file = path.join(devmesh.folder, 'mesh.config.yaml');
	const text = await readFile(file, 'utf8');
	t.regex(text, /^# yaml-language-server: \$schema=/);
	const validated = await devmesh.run(['validate']);
	t.is(validated.code, 0, validated.stderr);
	t.is(validated.stderr, '', 'not even a warning');
	await writeFile(file, 'version: 1\n');
	const again = await devmesh.run(['init']);
	t.is(again.code, 1);
	t.regex(again.stderr, /^DM6015/);
	t.is(await readFile(file, 'utf8'), 'version: 1\n');
});

test('init beside a compose file writes three lines, and says what it found', async t => {
	const devmesh = await createDevmesh(t);
	await writeFile(
		path.join(devmesh.folder, 'docker-compose.yml'),
		'name: my_shop\nservices:\n  web: { image: nginx, network_mode: host, depends_on: [api] }\n  api: { build: . }\n',
	);
	await writeFile(path.join(devmesh.folder, 'docker-compose.override.yml'), 'services: { db: { image: postgres } }\n');
	const {code, stdout, stderr} = await devmesh.run(['init']);
	t.is(code, 0, stderr);
	const file = path.join(devmesh.folder, 'mesh.config.yaml');
	t.is(
		await readFile(file, 'utf8'),
		'version: 1\nname: my-shop\ncompose: [docker-compose.yml, docker-compose.override.yml]\n',
	);
	t.is(
		stdout.slice(stdout.indexOf(', which')),
		`, which takes 3 services from docker-compose.yml and docker-compose.override.yml:

SERVICE  PORT  PROTOCOL
web      80    http
api      -     auto
db       5432  tcp

Next: devmesh up
`,
	);
	t.regex(stderr, /docker-compose\.yml:3:24 {2}DM4003 warning {2}network_mode is not carried into the mesh/);
	t.regex(stderr, /docker-compose\.yml:4:3 {2}DM2014 warning/);
	const validated = await devmesh.run(['validate']);
	t.is(validated.code, 0, validated.stderr);
	t.is(validated.stderr, stderr);
	t.regex((await devmesh.run(['init'])).stderr, /^DM6015/);
});

test('logs come with their instance; colours of the services only where colours are wanted', async t => {
	const mesh = createMemoryMesh({
		logs: [
			{instance: 'web-1', line: '\u001B[31mred\u001B[0m'},
			{instance: 'longer-1', line: 'two'},
		],
	});
	const devmesh = await createDevmesh(t, config);
	await devmesh.adopt(await serveMesh(t, mesh.door));
	t.is((await devmesh.run(['logs'])).stdout, 'web-1 | red\nlonger-1 | two\n');
	t.is(
		(await devmesh.run(['logs', '-n', '2'], {FORCE_COLOR: '1'})).stdout,
		'\u001B[36mweb-1\u001B[0m | \u001B[31mred\u001B[0m\n\u001B[32mlonger-1\u001B[0m | two\n',
	);
	t.is((await devmesh.run(['logs'], {FORCE_COLOR: '1', NO_COLOR: '1'})).stdout, 'web-1 | red\nlonger-1 | two\n');
	const {code, stderr} = await devmesh.run(['logs', 'nobody']);
	t.is(code, 1);
	t.regex(stderr, /^DM6006 {2}there is no service or instance "nobody"/);
});

test('every command explains itself with examples', async t => {
	const devmesh = await createDevmesh(t, config);
	const commands = [
		'certs',
		'down',
		'fault add',
		'fault clear',
		'fault list',
		'init',
		'logs',
		'plan',
		'routes',
		'status',
		'up',
		'validate',
	];
	const {stdout: all} = await devmesh.run(['--help']);
	for (const command of commands) {
		const {code, stdout} = await devmesh.run([...command.split(' '), '--help']);
		t.is(code, 0, command);
		t.regex(stdout, new RegExp(`EXAMPLES\\n {2}\\$ devmesh ${command}`), command);
		t.regex(stdout, /--json/, command);
		t.true(all.includes(command.split(' ')[0] ?? ''), command);
	}
});
