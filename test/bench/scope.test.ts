import process from 'node:process';
import test from 'ava';
import {createScope} from '../../bench/scope.ts';
import {runProgram, startProgram} from '../../bench/start-program.ts';

test('what was started last is stopped first, and one that cannot be stopped does not keep the others', async t => {
	const order: string[] = [];
	const warnings: string[] = [];
	const scope = createScope(new AbortController().signal, line => warnings.push(line));
	scope.teardown(() => order.push('first'));
	scope.teardown(() => {
		throw new Error('no');
	});
	scope.teardown(async () => order.push('last'));
	await scope.close();
	await scope.close();
	t.deepEqual(order, ['last', 'first']);
	t.deepEqual(warnings, ['something was left behind: Error: no']);
});

test('whoever waits when the measurement is given up stops to wait, and what was started ends', async t => {
	const interrupt = new AbortController();
	const scope = createScope(interrupt.signal, t.fail);
	const server = startProgram(scope, [process.execPath, '-e', 'setInterval(() => {}, 1000)']);
	const waiting = runProgram(scope, [process.execPath, '-e', 'setInterval(() => {}, 1000)']);
	interrupt.abort();
	await t.throwsAsync(waiting, {name: 'AbortError'});
	await scope.close();
	t.is(server.signalCode, 'SIGTERM');
	await t.throwsAsync(runProgram(scope, [process.execPath, '-e', '']), {name: 'AbortError'});
});

test('a program that fails says what it printed', async t => {
	const scope = createScope(new AbortController().signal, t.fail);
	const failing = runProgram(scope, [process.execPath, '-e', 'console.error("no such file"); process.exit(3)']);
	await t.throwsAsync(failing, {message: /ended with 3: no such file/});
	t.is(await runProgram(scope, [process.execPath, '-e', 'console.log("done")']), 'done\n');
});
