// Projects that others have written, from their untouched compose files: what a first user of devmesh has at hand.
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {connect, createServer} from 'node:net';
import path from 'node:path';
import {text} from 'node:stream/consumers';
import {setTimeout as sleep} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {meshIdOf} from '../../../src/mesh/state-folder.ts';
import type {MeshStatus} from '../../../src/model/mesh-status.ts';
import type {RequestList, RequestSummary} from '../../../src/model/request-summary.ts';
import {copyProject, makeProjectImages} from '../../support/awesome-compose.ts';
import {findCorpus} from '../../support/corpora.ts';
import {startTestEngine, type TestEngine} from '../../support/test-engine.ts';
import {createUser} from '../../support/user.ts';

interface Project {
	readonly engine: TestEngine;
	readonly id: string;
	readonly status: MeshStatus;
	/** Resolves with a request, past or future, that the sidecar of a service saw on the way in. */
	readonly seen: (caller: string, destination: string) => Promise<RequestSummary>;
	/** Brings it down; nothing is left of it, and its compose file is what it was. */
	readonly end: () => Promise<void>;
}

/** Runs a project by `devmesh init && devmesh up -d`, once the ports that it publishes are free. */
const startProject = async (
	t: ExecutionContext,
	corpus: string,
	name: string,
	ports: readonly number[],
): Promise<Project> => {
	const engine = await startTestEngine();
	const folder = await copyProject(t, corpus, name);
	const user = await createUser(t, folder, {DOCKER_HOST: engine.host});
	t.teardown(() => user.devmesh('down', '--volumes'));
	await Promise.all(ports.map(untilFree));
	const init = await user.devmesh('init');
	t.is(init.code, 0, init.stdout + init.stderr);
	const up = await user.devmesh('up', '-d');
	t.is(up.code, 0, up.stdout + up.stderr);
	const id = meshIdOf(path.join(folder, 'mesh.config.yaml'));
	const status = await user.json<MeshStatus>('status');
	t.is(status.runtime, 'docker');
	t.deepEqual(
		status.services.filter(({mtls}) => mtls !== 'strict'),
		[],
		'mTLS is strict everywhere',
	);
	return {
		engine,
		id,
		status,
		seen: async (caller, destination) => {
			for (;;) {
				const list = ['requests', '--direction', 'inbound', '--from', caller, '--to', destination];
				const {requests} = await user.json<RequestList>(...list);
				const newest = requests.at(-1);
				if (newest) {
					return newest;
				}

				await sleep(100);
			}
		},
		end: async () => {
			const down = await user.devmesh('down', '--volumes');
			t.is(down.code, 0, down.stdout + down.stderr);
			const filter = ['--filter', `label=dev.devmesh.mesh=${id}`];
			const lists = [
				['ps', '-aq'],
				['volume', 'ls', '-q'],
				['network', 'ls', '-q'],
			];
			t.is((await Promise.all(lists.map(list => engine.run(...list, ...filter)))).join(''), '');
			const [theirs = '', copy = ''] = [path.join(corpus, name), folder].map(at => path.join(at, 'compose.yaml'));
			t.is(await readFile(copy, 'utf8'), await readFile(theirs, 'utf8'));
		},
	};
};

/** Compose files of others publish the ports of others' machines, too. */
const untilFree = async (port: number): Promise<void> => {
	for (;;) {
		const server = createServer().listen(port, '0.0.0.0');
		const isFree = await once(server, 'listening').then(
			() => true,
			() => false,
		);
		if (isFree) {
			server.close();
			await once(server, 'close');
			return;
		}

		await sleep(250);
	}
};

const get = async (url: string): Promise<string> => (await fetch(url)).text();

const corpus = findCorpus('awesome-compose');
if (corpus !== undefined) {
	test.before(makeProjectImages);

	test.serial('nginx-nodejs-redis: nginx shares the load out, and a real Redis counts, all of it meshed', async t => {
		const project = await startProject(t, corpus, 'nginx-nodejs-redis', [80, 81, 82, 6379]);
		const replies: {host: string; visits: number; client: string}[] = [];
		while (new Set(replies.map(({host}) => host)).size < 2) {
			replies.push(JSON.parse(await get('http://127.0.0.1:80/')));
		}

		t.deepEqual(
			replies.map(({visits}) => visits),
			replies.map((_, n) => n + 1),
			'one Redis counts for both',
		);
		t.true(
			replies.every(({client}) => client === '127.0.0.6'),
			'Redis does not take its callers for localhost',
		);
		t.like(await project.seen('nginx', 'web1'), {protocol: 'http', status: 200, path: '/'});
		t.like(await project.seen('nginx', 'web2'), {protocol: 'http', status: 200, path: '/'});
		t.like(await project.seen('web1', 'redis'), {protocol: 'tcp', flags: '-'});
		const [one, two] = [await get('http://127.0.0.1:81/'), await get('http://127.0.0.1:82/')];
		t.not(JSON.parse(one).host, JSON.parse(two).host);
		const redis = connect(6379, '127.0.0.1');
		redis.end('GET numVisits\r\n');
		t.is(await text(redis), `$1\r\n${replies.length + 2}\r\n`);
		await project.end();
	});

	test.serial('flask-redis: the stage that is asked for is built, and its source is read where it lies', async t => {
		const project = await startProject(t, corpus, 'flask-redis', [8000, 6379]);
		t.is(await get('http://127.0.0.1:8000/'), 'This webpage has been viewed 1 time(s)');
		t.is(await get('http://127.0.0.1:8000/'), 'This webpage has been viewed 2 time(s)');
		t.like(await project.seen('web', 'redis'), {protocol: 'tcp', flags: '-'});
		t.is(await project.engine.run('inspect', `${project.id}-web-1`, '--format', '{{.Config.StopSignal}}'), 'SIGINT');
		await project.end();
	});

	test.serial('react-express-mongodb: its networks say who may call whom', async t => {
		const project = await startProject(t, corpus, 'react-express-mongodb', [3000]);
		await fetch('http://127.0.0.1:3000/api', {method: 'POST', body: 'read'});
		t.is(await get('http://127.0.0.1:3000/api'), '{"todos":["read"],"caller":"127.0.0.6"}');
		t.like(await project.seen('frontend', 'backend'), {protocol: 'http', status: 200, path: '/api'});
		t.like(await project.seen('backend', 'mongo'), {protocol: 'tcp', flags: '-'});
		t.notRegex(await get('http://127.0.0.1:3000/mongo'), /answered/);
		t.like(await project.seen('frontend', 'mongo'), {
			protocol: 'tcp',
			flags: 'UAEX',
			problem: 'frontend may not call mongo',
		});
		await project.end();
	});
}

test('the corpus has the projects, or is not there', t => {
	const projects = ['nginx-nodejs-redis', 'flask-redis', 'react-express-mongodb'];
	t.true(corpus === undefined || projects.every(name => existsSync(path.join(corpus, name, 'compose.yaml'))));
});
