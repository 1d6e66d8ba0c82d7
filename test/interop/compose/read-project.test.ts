import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {formatDiagnostics} from '../../../src/config/format-diagnostics.ts';
import {wholeFile} from '../../../src/config/place-finding.ts';
import {readProject} from '../../../src/interop/compose/read-project.ts';
import type {Diagnostic} from '../../../src/model/diagnostic.ts';
import {createProject} from '../../support/project.ts';

interface Choice {
	readonly names?: readonly string[];
	readonly profiles?: readonly string[];
	readonly environment?: Readonly<Record<string, string | undefined>>;
}

const read = async (t: ExecutionContext, files: Readonly<Record<string, string>>, choice: Choice = {}) => {
	const folder = await createProject(t, files);
	const diagnostics: Diagnostic[] = [];
	const {names = ['compose.yaml'], profiles = [], environment = {}} = choice;
	const reading = await readProject({
		files: names.map(name => ({path: path.join(folder, name), placed: wholeFile('mesh.config.yaml')})),
		profiles,
		environment,
		home: '/home/me',
		shownName: file => path.relative(folder, file),
		report: diagnostic => diagnostics.push(diagnostic),
	});
	const {services} = reading.project;
	return {
		folder,
		project: reading.project,
		files: reading.files.map(file => path.relative(folder, file)),
		names: services.map(({name}) => name),
		service: (name: string) => services.find(service => service.name === name),
		diagnostics,
		codes: diagnostics.map(({code}) => code),
		shown: formatDiagnostics(diagnostics, {colors: false}),
	};
};

test('a later file is laid over an earlier one: lists grow, groups are merged, commands are replaced', async t => {
	const {service, project, diagnostics, folder} = await read(
		t,
		{
			'compose.yaml': `
services:
  web:
    image: web:1
    command: [serve, --slow]
    environment: { A: "1", B: "2" }
    ports: ["80:80"]
    volumes: [./one:/data, cache:/cache]
    healthcheck: { test: [CMD, probe], interval: 5s }
volumes: { cache: { driver: local } }
`,
			'sub/more.yaml': `
services:
  web:
    image: web:2
    command: serve --fast
    environment: [B=3, C=4]
    ports: ["81:81"]
    volumes: [./two:/data]
    healthcheck: { retries: 4 }
  db: { image: postgres }
volumes: { cache: { labels: { a: b } } }
`,
		},
		{names: ['compose.yaml', 'sub/more.yaml']},
	);
	t.deepEqual(diagnostics, []);
	const fields = service('web')?.fields;
	t.like(fields, {
		image: 'web:2',
		command: ['serve', '--fast'],
		environment: {A: '1', B: '3', C: '4'},
		healthcheck: {test: ['CMD', 'probe'], interval: 5000, retries: 4},
	});
	t.deepEqual(
		fields?.ports?.map(({target}) => target),
		[80, 81],
	);
	// Paths of every file start from the folder of the first.
	t.deepEqual(
		fields?.volumes?.map(({source}) => source),
		[path.join(folder, 'two'), 'cache'],
	);
	t.deepEqual(project.resources.volumes, {cache: {driver: 'local', labels: {a: 'b'}}});
	t.truthy(service('db'));
});

test('!reset and !override take back what an earlier file says', async t => {
	const {service, names, diagnostics} = await read(
		t,
		{
			'compose.yaml': `
services:
  web: { image: a, ports: ["80:80"], environment: { A: "1", B: "2" }, command: x }
  db: { image: b }
`,
			'override.yaml': `
services:
  web: { ports: !override ["90:90"], environment: { A: !reset null }, command: !reset null }
  db: !reset null
`,
		},
		{names: ['compose.yaml', 'override.yaml']},
	);
	t.deepEqual(diagnostics, []);
	t.deepEqual(names, ['web']);
	const fields = service('web')?.fields;
	t.deepEqual(
		fields?.ports?.map(({target}) => target),
		[90],
	);
	t.deepEqual(fields?.environment, {B: '2'});
	t.is(fields?.command, undefined);
});

test('.env fills in variables, and the environment goes before it', async t => {
	const files = {
		'compose.yaml': 'services: { web: { image: "web:$TAG-$OTHER" } }\n',
		'.env': "TAG=1\nOTHER=$TAG-x\nLITERAL='$TAG'\n",
	};
	t.is((await read(t, files)).service('web')?.fields.image, 'web:1-1-x');
	const {service, project} = await read(t, files, {environment: {TAG: '2', OTHER: undefined}});
	t.is(service('web')?.fields.image, 'web:2-2-x');
	t.is(project.variables['LITERAL'], '$TAG');
});

test('environment goes before env_file, a later env_file before an earlier one', async t => {
	const {service, diagnostics, files} = await read(
		t,
		{
			'compose.yaml': `
services:
  web:
    image: a
    env_file: [one.env, { path: two.env, required: true }, { path: none.env, required: false }, { path: raw.env, format: raw }]
    environment: [A=0, FROM_SHELL, NOT_SET]
`,
			'one.env': 'A=1\nB=1\nC=1\nNOT_SET=1\n',
			'two.env': 'B=2\nD=$C$HOME_TOWN\nexport E="x y" # note\nPASSED\n',
			'raw.env': 'R="$A"\n',
		},
		{environment: {FROM_SHELL: 's', HOME_TOWN: 'Rome', PASSED: 'p'}},
	);
	t.deepEqual(diagnostics, []);
	t.deepEqual(service('web')?.environment, {
		A: '0',
		B: '2',
		C: '1',
		D: '1Rome',
		E: 'x y',
		PASSED: 'p',
		R: '"$A"',
		FROM_SHELL: 's',
	});
	t.deepEqual(files, ['.env', 'compose.yaml', 'one.env', 'two.env', 'none.env', 'raw.env']);
});

test('an env_file that is missing is an error at its place', async t => {
	const {shown} = await read(t, {'compose.yaml': 'services:\n  web:\n    image: a\n    env_file: web.env\n'});
	t.is(
		shown,
		`compose.yaml:4:15  DM4004  web.env cannot be read: it does not exist
  4 |     env_file: web.env
    |               ^^^^^^^
  Correct its name, or look at its kind and its permissions.
`,
	);
});

test('a service may extend one of its own file, or of another, from whose folder its paths start', async t => {
	const {service, diagnostics, files, folder} = await read(t, {
		'compose.yaml': `
services:
  base: { image: a, environment: { A: base } }
  web: { extends: base, environment: { B: web } }
  api: { extends: { file: common/base.yaml, service: worker }, environment: { B: api }, ports: !override ["1:1"] }
`,
		'common/base.yaml': `
services:
  app: { build: ., environment: { A: app, B: app }, ports: ["9:9"] }
  worker: { extends: { service: app }, environment: { C: worker } }
  unused: { nonsense: true }
`,
	});
	t.deepEqual(diagnostics, []);
	t.deepEqual(service('web')?.environment, {A: 'base', B: 'web'});
	t.deepEqual(service('api')?.environment, {A: 'app', B: 'api', C: 'worker'});
	t.is(service('api')?.fields.build?.context, path.join(folder, 'common'));
	t.deepEqual(
		service('api')?.fields.ports?.map(({target}) => target),
		[1],
	);
	t.true(files.includes(path.join('common', 'base.yaml')));
});

test('circles of extends, and services that do not exist, are errors', async t => {
	const circle = await read(t, {
		'compose.yaml': 'services:\n  a: { extends: b, image: a }\n  b: { extends: { file: other.yaml, service: c } }\n',
		'other.yaml': 'services:\n  c: { extends: { file: compose.yaml, service: a } }\n',
	});
	t.true(circle.codes.length > 0 && circle.codes.every(code => code === 'DM4005'), circle.shown);
	t.regex(circle.shown, /a → b → c → a/);
	t.is(
		(await read(t, {'compose.yaml': 'services:\n  web: { image: a }\n  api: { extends: wbe }\n'})).shown,
		`compose.yaml:3:19  DM4005  compose.yaml has no service "wbe" to extend
  3 |   api: { extends: wbe }
    |                   ^^^
  Did you mean web?
`,
	);
	const missing = await read(t, {
		'compose.yaml': 'services: { a: { image: a, extends: { file: no.yaml, service: b } } }',
	});
	t.deepEqual(missing.codes, ['DM4004']);
});

test('an included project has its own folder and its own .env', async t => {
	const {service, names, diagnostics, files, folder} = await read(t, {
		'compose.yaml':
			'include:\n  - db/compose.yaml\n  - { path: [x/a.yaml, x/b.yaml], env_file: x.env }\nservices: { web: { image: "w:$TAG", depends_on: [db] } }\n',
		'.env': 'TAG=outer\n',
		'db/compose.yaml':
			'services: { db: { build: ., image: "db:$TAG-$OWN", volumes: ["data:/data"] } }\nvolumes: { data: }\n',
		'db/.env': 'TAG=inner\nOWN=1\n',
		'x/a.yaml': 'services: { x: { image: "x:$X" } }\n',
		'x/b.yaml': 'services: { x: { command: run } }\n',
		'x.env': 'X=7\n',
	});
	t.deepEqual(diagnostics, []);
	t.deepEqual(names, ['x', 'db', 'web']);
	t.is(service('db')?.fields.image, 'db:outer-1');
	t.is(service('db')?.fields.build?.context, path.join(folder, 'db'));
	t.like(service('x')?.fields, {image: 'x:7', command: ['run']});
	t.true(files.includes(path.join('db', '.env')));
});

test('an include that leads nowhere, in a circle, or to a name that is taken is an error', async t => {
	t.deepEqual((await read(t, {'compose.yaml': 'include: [no.yaml]\nservices: { a: { image: a } }'})).codes, ['DM4004']);
	const circle = await read(t, {
		'compose.yaml': 'include: [b.yaml]\nservices: { a: { image: a } }',
		'b.yaml': 'include: [compose.yaml]\nservices: { b: { image: b } }',
	});
	t.deepEqual(circle.codes, ['DM4005']);
	t.regex(circle.shown, /compose\.yaml → b\.yaml → compose\.yaml/);
	const conflict = await read(t, {
		'compose.yaml': 'include: [b.yaml]\nservices: { a: { image: a } }',
		'b.yaml': 'services: { a: { image: other } }',
	});
	t.deepEqual(conflict.codes, ['DM4007']);
});

test('services with profiles run only when one of these is active', async t => {
	const files = {
		'compose.yaml':
			'services: { web: { image: a }, debug: { image: b, profiles: [debug] }, test: { image: c, profiles: [test, ci] } }',
	};
	t.deepEqual((await read(t, files)).names, ['web']);
	t.deepEqual((await read(t, files, {profiles: ['debug']})).names, ['web', 'debug']);
	t.deepEqual((await read(t, files, {environment: {COMPOSE_PROFILES: 'ci, debug'}})).names, ['web', 'debug', 'test']);
	t.deepEqual((await read(t, {...files, '.env': 'COMPOSE_PROFILES=ci'})).names, ['web', 'test']);
	t.deepEqual((await read(t, files, {profiles: ['*']})).names, ['web', 'debug', 'test']);
});

test('a dependency must be there and active, unless it is not required', async t => {
	const {shown, service} = await read(t, {
		'compose.yaml': `services:
  web:
    image: a
    depends_on:
      debug: { condition: service_started }
      gone: { condition: service_healthy, required: false }
      db: { condition: service_healthy }
  worker: { image: a, depends_on: [web, dbb] }
  db: { image: c }
  debug: { image: b, profiles: [debug] }
`,
	});
	t.deepEqual(Object.keys(service('web')?.dependencies ?? {}), ['db']);
	t.is(
		shown,
		`compose.yaml:5:7  DM2001  the service "debug" is not active: none of its profiles is
  5 |       debug: { condition: service_started }
    |       ^^^^^
  Activate debug by profiles: in mesh.config.yaml or by COMPOSE_PROFILES.

compose.yaml:8:41  DM2001  there is no service "dbb"
  8 |   worker: { image: a, depends_on: [web, dbb] }
    |                                         ^^^
  Did you mean db?
`,
	);
});

test('anchors, merges and the users’ own keys are nothing special', async t => {
	const {service, diagnostics} = await read(t, {
		'compose.yaml': `
x-common: &common { restart: always, environment: &env { A: "1" } }
services:
  web: { <<: *common, image: a, environment: { <<: *env, B: "2" }, x-note: hello }
`,
	});
	t.deepEqual(diagnostics, []);
	t.like(service('web'), {fields: {restart: 'always'}, environment: {A: '1', B: '2'}});
});

test('links and aliases are names, too', async t => {
	const {service} = await read(t, {
		'compose.yaml': `
services:
  web: { image: a, links: ["db:database"] }
  db: { image: b, container_name: the-db, networks: { back: { aliases: [store] } } }
networks: { back: }
`,
	});
	t.deepEqual(service('db')?.aliases, ['store', 'the-db', 'database']);
	t.deepEqual(Object.keys(service('web')?.dependencies ?? {}), ['db']);
});
