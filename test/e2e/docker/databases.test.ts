import {execFile} from 'node:child_process';
import path from 'node:path';
import {promisify} from 'node:util';
import anyTest, {type TestFn} from 'ava';
import {meshIdOf} from '../../../src/mesh/state-folder.ts';
import type {Cleanup} from '../../support/cleanup.ts';
import {databaseImage, makeDatabaseImage, password} from '../../support/database-image.ts';
import {createProject} from '../../support/project.ts';
import {createSharedCleanup} from '../../support/shared-cleanup.ts';
import {startTestEngine} from '../../support/test-engine.ts';
import {createUser} from '../../support/user.ts';

const server = (name: string, port: number): string =>
	`  ${name}: { image: ${databaseImage}, pull_policy: never, user: "1000", init: true, expose: ["${port}"], command: sh /start/${name}.sh }`;

// Nobody says what is spoken there.
const compose = `services:
${server('mariadb', 3306)}
${server('postgres', 5432)}
${server('redis', 6379)}
${server('mail', 25)}
  client: { image: ${databaseImage}, pull_policy: never, init: true, command: sleep infinity }
`;

/** Each server is called at a port, too, by whose number nobody guesses what it is. */
const config = `compose: compose.yaml
services:
  mariadb: { ports: [{ port: 20306, appPort: 3306 }] }
  postgres: { ports: [{ port: 20432, appPort: 5432 }] }
  redis: { ports: [{ port: 20379, appPort: 6379 }] }
  mail: { ports: [{ port: 20025, appPort: 25 }] }
`;

interface Client {
	/** Runs a program in a container of the mesh; gives what it printed, also when it failed. */
	readonly runIn: (instance: string, ...command: readonly string[]) => Promise<string>;
	readonly mariadb: (port: number, password: string, query: string) => Promise<string>;
	readonly psql: (port: number, password: string, query: string) => Promise<string>;
	readonly redis: (port: number, password: string, ...command: readonly string[]) => Promise<string>;
	readonly python: (program: string) => Promise<string>;
}

const start = async (t: Cleanup): Promise<Client> => {
	const engine = await startTestEngine();
	await makeDatabaseImage();
	const folder = await createProject(t, {'compose.yaml': compose, 'mesh.config.yaml': config});
	const user = await createUser(t, folder, {DOCKER_HOST: engine.host});
	const up = await user.devmesh('up', '-d');
	if (up.code !== 0) {
		throw new Error(up.stdout + up.stderr);
	}

	const id = meshIdOf(path.join(folder, 'mesh.config.yaml'));
	const runIn: Client['runIn'] = async (instance, ...command) => {
		const {stdout, stderr} = await promisify(execFile)('docker', ['exec', `${id}-${instance}`, ...command], {
			env: {...process.env, DOCKER_HOST: engine.host},
		}).catch((error: {readonly stdout: string; readonly stderr: string}) => error);
		return (stdout + stderr).trim();
	};
	return {
		runIn,
		mariadb: (port, word, query) =>
			runIn(
				...['client-1', 'mariadb', '--no-defaults', '--host=mariadb', `--port=${port}`, '--user=app'],
				...[`--password=${word}`, '--batch', '--skip-column-names', '--execute', query, 'shop'],
			),
		psql: (port, word, query) =>
			runIn(
				...['client-1', 'env', `PGPASSWORD=${word}`, 'psql', '--no-psqlrc', '--host=postgres', `--port=${port}`],
				...['--username=postgres', '--tuples-only', '--no-align', '--command', query],
			),
		redis: (port, word, ...command) =>
			runIn('client-1', 'redis-cli', '-h', 'redis', '-p', String(port), '-a', word, '--no-auth-warning', ...command),
		python: program => runIn('client-1', 'python3', '-c', program),
	};
};

const letter = (port: number): string => `
import smtplib
with smtplib.SMTP('mail', ${port}) as server:
    server.sendmail('a@shop.test', ['b@shop.test'], 'Subject: by ${port}\\r\\n\\r\\nHello')
print('sent')
`;

/** Prints the fewest milliseconds, of some attempts, until a server has greeted that is told nothing. */
const greeting = (host: string, port: number): string => `
import socket, time
best = 1e9
for attempt in range(8):
    begun = time.monotonic()
    with socket.create_connection(('${host}', ${port}), 10) as connection:
        assert len(connection.recv(1)) == 1
    best = min(best, time.monotonic() - begun)
print(round(best * 1000))
`;

// One mesh for all: databases take their time.
const test = anyTest as TestFn<{client: Client}>;
const cleanup = createSharedCleanup();
test.before(async t => {
	t.context.client = await start(cleanup);
});
test.after.always(cleanup.run);

test.serial('databases and mail servers are used by their own clients, at known ports and at others', async t => {
	const {client} = t.context;
	for (const port of [3306, 20_306]) {
		t.is(
			await client.mariadb(
				port,
				password,
				`CREATE TABLE at${port} (word TEXT); INSERT INTO at${port} VALUES ('mesh'); SELECT word, CURRENT_USER() FROM at${port}`,
			),
			'mesh\tapp@%',
		);
	}

	for (const port of [5432, 20_432]) {
		t.is(await client.psql(port, password, `SELECT inet_client_addr(), ${port} + 1`), `127.0.0.6|${port + 1}`);
	}

	for (const port of [6379, 20_379]) {
		t.is(await client.redis(port, password, 'SET', `at${port}`, 'mesh'), 'OK');
		t.is(await client.redis(port, password, 'GET', `at${port}`), 'mesh');
	}

	for (const port of [25, 20_025]) {
		t.is(await client.python(letter(port)), 'sent');
	}
});

test.serial('a server that speaks first is heard within 150 ms, whatever its port', async t => {
	const {client} = t.context;
	for (const [host, port] of [
		['mariadb', 3306],
		['mariadb', 20_306],
		['mail', 25],
		['mail', 20_025],
	] as const) {
		const best = await client.python(greeting(host, port));
		t.log(`${host}:${port} greets within ${best} ms`);
		t.true(Number(best) <= 150, `${host}:${port}: ${best} ms`);
	}
});

test.serial('a wrong password is refused, by databases that trust whoever comes from localhost, too', async t => {
	const {client} = t.context;
	for (const port of [3306, 20_306]) {
		t.regex(
			await client.mariadb(port, 'wrong', 'SELECT 1'),
			/ERROR 1045 .*Access denied for user 'app'@'127\.0\.0\.6'/,
		);
		t.regex(await client.mariadb(port, '', 'SELECT 1'), /ERROR 1045 .*Access denied/);
	}

	for (const port of [5432, 20_432]) {
		t.regex(await client.psql(port, 'wrong', 'SELECT 1'), /password authentication failed for user "postgres"/);
	}

	for (const port of [6379, 20_379]) {
		t.regex(await client.redis(port, 'wrong', 'PING'), /WRONGPASS|NOAUTH/);
	}

	// They do trust localhost: it is the mesh that does not come from there.
	t.is(
		await client.runIn(
			...(['mariadb-1', 'mariadb', '--no-defaults', '--host=127.0.0.1', '--user=app', '--batch'] as const),
			...['--skip-column-names', '--execute', 'SELECT CURRENT_USER()'],
		),
		'app@localhost',
	);
	t.is(
		await client.runIn(
			...([
				'postgres-1',
				'psql',
				'--no-psqlrc',
				'--host=127.0.0.1',
				'--username=postgres',
				'-tAc',
				'SELECT 1',
			] as const),
		),
		'1',
	);
});
