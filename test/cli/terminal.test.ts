import test from 'ava';
import {createTerminal, hasColors} from '../../src/cli/render/terminal.ts';
import {createScreen} from '../support/screen.ts';

test('a block is drawn again in place, with lines for good above it', t => {
	const screen = createScreen();
	const terminal = createTerminal(screen, {});
	terminal.block(['a starting', 'b starting']);
	terminal.line('a | hello');
	terminal.block(['a ready', 'b starting']);
	t.deepEqual(screen.lines(), ['a | hello', 'a ready', 'b starting']);
	terminal.block(['a ready']);
	t.deepEqual(screen.lines(), ['a | hello', 'a ready']);
	terminal.endBlock(true);
	terminal.line('more');
	t.deepEqual(screen.lines(), ['a | hello', 'a ready', 'more']);
	terminal.block(['c']);
	terminal.endBlock(false);
	t.deepEqual(screen.lines(), ['a | hello', 'a ready', 'more']);
});

test('a block never outgrows the screen, neither down nor across', t => {
	const screen = createScreen({isTTY: true, columns: 30, rows: 10});
	const terminal = createTerminal(screen, {});
	terminal.block(Array.from({length: 50}, (_, number) => `${number} ${'ü'.repeat(100)}`));
	t.is(screen.lines().length, 8);
	t.true(screen.lines().every(line => [...line].length < 30));
});

test('without a terminal, in CI and on a dumb one there are plain lines only', t => {
	for (const [parts, environment] of [
		[{}, {}],
		[{isTTY: true}, {CI: 'true'}],
		[{isTTY: true}, {TERM: 'dumb'}],
	] as const) {
		const screen = createScreen(parts);
		const terminal = createTerminal(screen, environment);
		terminal.block(['a']);
		terminal.line('b');
		terminal.endBlock(false);
		t.is(screen.written(), 'b\n');
	}
});

test('NO_COLOR goes before FORCE_COLOR, and both before what the stream is', t => {
	const tty = {isTTY: true};
	t.true(hasColors(tty, {TERM: 'xterm'}));
	t.false(hasColors({}, {TERM: 'xterm'}));
	t.false(hasColors(tty, {NO_COLOR: '1'}));
	t.true(hasColors(tty, {NO_COLOR: ''}), 'an empty one does not count');
	t.true(hasColors({}, {FORCE_COLOR: '1'}));
	t.false(hasColors(tty, {FORCE_COLOR: '0'}));
	t.false(hasColors({}, {FORCE_COLOR: '3', NO_COLOR: '1'}));
	t.false(hasColors(tty, {TERM: 'dumb'}));
});
