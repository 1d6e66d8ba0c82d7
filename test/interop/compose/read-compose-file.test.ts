import test from 'ava';
import fc from 'fast-check';
import {formatDiagnostics} from '../../../src/config/format-diagnostics.ts';
import {readComposeFile} from '../../../src/interop/compose/read-compose-file.ts';
import type {Diagnostic} from '../../../src/model/diagnostic.ts';
import {anyValue} from './any-value.ts';

const read = (text: string, variables: Readonly<Record<string, string>> = {}) => {
	const diagnostics: Diagnostic[] = [];
	const file = readComposeFile({
		text,
		shown: 'compose.yaml',
		folder: '/project',
		home: '/home/me',
		variables,
		report: diagnostic => diagnostics.push(diagnostic),
	});
	for (const name of file?.serviceNames ?? []) {
		file?.service(name);
	}

	return {file, diagnostics, shown: formatDiagnostics(diagnostics, {colors: false})};
};

test('a variable that is not set is blank, with a warning', t => {
	const {file, shown} = read('services:\n  web:\n    image: "nginx:$TAG"\n    user: "$WHO"\n', {WHO: 'me'});
	t.like(file?.service('web')?.fields, {image: 'nginx:', user: 'me'});
	t.is(
		shown,
		`compose.yaml:3:19  DM1008 warning  the variable TAG is not set, so it is read as empty
  3 |     image: "nginx:$TAG"
    |                   ^^^^
  Set TAG in the environment or in .env, give it a default as \${TAG:-value}, or write $$ for a dollar sign.
`,
	);
});

test('a required variable that is not set is an error', t => {
	t.like(read(`services:\n  web:\n    image: "nginx:\${TAG:?which one}"\n`).diagnostics, {
		length: 1,
		0: {code: 'DM1009', severity: 'error'},
	});
});

test('what is wrong is told with its place and the nearest name', t => {
	t.is(
		read('version: "3"\nservices:\n  web:\n    image: nginx\n    enviroment: {}\n    ports: [web]\n    links: [db]\n')
			.shown,
		`compose.yaml:5:5  DM4002  compose files know no key enviroment here
  5 |     enviroment: {}
    |     ^^^^^^^^^^
  Did you mean environment?

compose.yaml:6:13  DM4001  this is not a port such as 8080, 80:8080 or 127.0.0.1:80:8080/tcp
  6 |     ports: [web]
    |             ^^^
  Write a port such as 8080, 80:8080 or 127.0.0.1:80:8080/tcp.
`,
	);
});

test('a key of which a mesh has nothing is a warning, and extensions are the user’s own', t => {
	const {diagnostics} = read(
		'x-base: &base { restart: always }\nservices:\n  web: { <<: *base, image: a, network_mode: host, x-note: 1 }\n',
	);
	t.like(diagnostics, {length: 1, 0: {code: 'DM4003', severity: 'warning'}});
});

test('volumes, networks, secrets and configs may be empty', t => {
	const {file, diagnostics} = read(
		'services: {}\nvolumes:\n  data:\n  old: { external: { name: kept } }\nnetworks: { front: }\nsecrets: { key: { file: ./key } }\nconfigs: { conf: { content: "a $$b" } }\n',
	);
	t.deepEqual(diagnostics, []);
	t.deepEqual(file?.resources, {
		volumes: {data: {}, old: {external: 'kept'}},
		networks: {front: {}},
		secrets: {key: {file: '/project/key'}},
		configs: {conf: {content: 'a $b'}},
	});
});

test('!reset and !override say what of earlier files does not count', t => {
	const {file, diagnostics} = read(
		'services:\n  web:\n    ports: !override ["80:80"]\n    command: !reset null\n    environment: { A: !reset null, B: "1" }\n',
	);
	t.deepEqual(diagnostics, []);
	t.like(file?.service('web')?.fields, {command: undefined, environment: {B: '1'}});
	t.deepEqual(file?.cleared, [
		['services', 'web', 'ports'],
		['services', 'web', 'command'],
		['services', 'web', 'environment', 'A'],
	]);
});

test('other tags are mistakes', t => {
	t.like(read('services:\n  web: { image: !secret a }\n').diagnostics, {length: 1, 0: {code: 'DM1005'}});
});

test('files that are built to burst are refused', t => {
	const bomb = `a: &a [1,1,1,1,1,1,1,1,1,1]\n${[...'bcdefg'].map((letter, index) => `${letter}: &${letter} [${Array(10).fill(`*${'abcdef'[index]}`).join(',')}]\n`).join('')}`;
	t.like(read(bomb).diagnostics, {length: 1, 0: {code: 'DM1007'}});
	t.like(read('#'.repeat(1024 * 1024 + 1)).diagnostics, {length: 1, 0: {code: 'DM1002'}});
	t.like(read('a: '.repeat(5)).diagnostics, {0: {severity: 'error'}});
	t.like(read('').diagnostics, {length: 1, 0: {code: 'DM1004'}});
	const many = Array.from({length: 501}, (_, index) => `  s${index}: { image: a }\n`).join('');
	t.like(read(`services:\n${many}`).diagnostics, {length: 1, 0: {code: 'DM4001'}});
});

test('whatever stands under the keys, nothing is thrown', t => {
	fc.assert(
		fc.property(anyValue, anyValue, anyValue, (service, volumes, include) => {
			read(
				JSON.stringify({
					services: {web: service, toString: service},
					volumes,
					secrets: volumes,
					networks: volumes,
					include,
				}),
			);
		}),
		{numRuns: 500},
	);
	t.pass();
});

test('a mount whose source is a variable that is not set says what is missing', t => {
	const {shown} = read('services:\n  web:\n    image: nginx\n    volumes:\n      - "$MEDIA:/media"\n');
	t.regex(shown, /DM4001 {2}nothing stands before the colon of ":\/media"/);
	t.regex(shown, /set it in the environment or in \.env/);
});
