import {once} from 'node:events';
import {type AddressInfo, createServer, type Socket} from 'node:net';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {runCommand} from '../../src/cli/run-command.ts';

/** A command that says by a connection that it has begun, and by its exit code which signal it was sent before the connection was closed. */
const program = `
process.on('SIGINT', () => process.exit(5)).on('SIGTERM', () => process.exit(6)).on('SIGHUP', () => {});
require('node:net').connect(process.env.BEGUN).once('end', () => setImmediate(() => process.exit(8)));
`;

interface Scene {
	readonly code: Promise<number>;
	readonly stop: AbortController;
	readonly force: AbortController;
	readonly connection: Socket;
}

const start = async (t: ExecutionContext, isAtTerminal: boolean): Promise<Scene> => {
	const server = createServer().listen(0, '127.0.0.1');
	t.teardown(() => server.close());
	await once(server, 'listening');
	const stop = new AbortController();
	const force = new AbortController();
	const code = runCommand({
		command: process.execPath,
		args: ['-e', program],
		variables: {BEGUN: String((server.address() as AddressInfo).port)},
		signals: {stop: stop.signal, force: force.signal},
		isAtTerminal,
	});
	const [connection] = (await once(server, 'connection')) as [Socket];
	return {code, stop, force, connection};
};

test('a signal is handed on to the command as what it is', async t => {
	for (const [signal, code] of [
		['SIGINT', 5],
		['SIGTERM', 6],
	] as const) {
		const scene = await start(t, false);
		scene.stop.abort(signal);
		t.is(await scene.code, code);
	}
});

test('at a terminal, a Ctrl-C is not handed on, since it was sent to the command as well; another signal is', async t => {
	const interrupted = await start(t, true);
	interrupted.stop.abort('SIGINT');
	interrupted.connection.end();
	t.is(await interrupted.code, 8);
	const ended = await start(t, true);
	ended.stop.abort('SIGTERM');
	t.is(await ended.code, 6);
});

test('a second Ctrl-C kills a command that does not end by the first signal', async t => {
	const scene = await start(t, false);
	scene.stop.abort('SIGHUP');
	scene.force.abort();
	t.is(await scene.code, 137);
});

test('a command is not begun when the signal came before', async t => {
	const code = await runCommand({
		command: 'no-such-program',
		args: [],
		variables: {},
		signals: {stop: AbortSignal.abort('SIGINT'), force: new AbortController().signal},
		isAtTerminal: false,
	});
	t.is(code, 130);
});
