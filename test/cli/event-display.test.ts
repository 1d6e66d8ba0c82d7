import test from 'ava';
import {createEventDisplay} from '../../src/cli/render/event-display.ts';
import {createTerminal} from '../../src/cli/render/terminal.ts';
import type {MeshEvent} from '../../src/model/mesh-event.ts';
import {createScreen} from '../support/screen.ts';

type InstanceEvent = Extract<MeshEvent, {kind: 'instance'}>;

const instance = (name: string, state: InstanceEvent['state'], parts: Partial<InstanceEvent> = {}): MeshEvent => ({
	kind: 'instance',
	instance: `${name}-1`,
	service: name,
	state,
	forMs: 0,
	...parts,
});

const show = (isTTY: boolean, events: readonly MeshEvent[], rows = 24) => {
	const screen = createScreen({isTTY, columns: 80, rows});
	const display = createEventDisplay({terminal: createTerminal(screen, {}), colors: false});
	for (const event of events) {
		display.take(event);
	}

	return screen;
};

const refused = {waitingFor: 'tcp/5432: connection refused'};

const start: readonly MeshEvent[] = [
	instance('db', 'starting'),
	instance('web', 'waiting', {waitingFor: 'db to be healthy'}),
	instance('db', 'starting', {...refused, forMs: 12_000}),
];

test('a slow start names who holds it up', t => {
	t.deepEqual(show(true, start).lines(), [
		'◌ db-1   starting, waiting 12 s for tcp/5432: connection refused',
		'· web-1  waiting for db to be healthy',
	]);
});

test('without a terminal there is a line for every news, and none for what is known', t => {
	const events = [...start, instance('db', 'starting', {...refused, forMs: 12_100}), instance('db', 'ready')];
	t.is(
		show(false, events).written(),
		`db-1  starting
web-1  waiting for db to be healthy
db-1  starting, waiting 12 s for tcp/5432: connection refused
db-1  ready
`,
	);
});

test('once all is ready, what happens comes in lines', t => {
	const events: readonly MeshEvent[] = [
		instance('db', 'ready'),
		{kind: 'ready', urls: []},
		instance('db', 'restarting', {note: 'exited with 1; starting again in 50 ms'}),
		{kind: 'revision', revision: 8, accepted: 2, of: 2},
		{kind: 'reloaded', revision: 9, accepted: true},
		{kind: 'reloaded', revision: 9, accepted: false},
		{kind: 'notice', message: 'the proxy process was lost'},
	];
	t.deepEqual(show(true, events).lines(), [
		'● db-1  ready',
		'db-1  restarting, exited with 1; starting again in 50 ms',
		'reloaded: every sidecar is on revision 9',
		'the proxy process was lost',
	]);
});

test('a change that starts something says what, and shows it until it is ready', t => {
	const events: readonly MeshEvent[] = [
		instance('db', 'ready'),
		{kind: 'ready', urls: []},
		{kind: 'plan', lines: ['restart db-1: its settings changed']},
		instance('db', 'starting'),
	];
	t.deepEqual(show(true, events).lines(), ['● db-1  ready', 'restart db-1: its settings changed', '◌ db-1  starting']);
});

test('a broken save and its mending are shown', t => {
	const diagnostics = [
		{
			code: 'DM2001',
			severity: 'error',
			place: {file: 'mesh.config.yaml', line: 3, column: 5},
			length: 2,
			finding: 'there is no service "x"',
			remedy: 'Did you mean y?',
			sourceLine: 'to: x',
		},
	] as const;
	t.is(
		show(false, [
			{kind: 'diagnostics', diagnostics},
			{kind: 'diagnostics', diagnostics: []},
		]).written(),
		`mesh.config.yaml:3:5  DM2001  there is no service "x"
  3 | to: x
    |     ^
  Did you mean y?
the config file is in order again
`,
	);
});

test('a failure comes with the last lines', t => {
	t.is(
		show(false, [{kind: 'failed', instance: 'db-1', message: 'exited with 3', lastLines: ['boom', 'at 1']}]).written(),
		'db-1 failed: exited with 3\n  boom\n  at 1\n',
	);
});

test('a failure comes with what can be done about it', t => {
	const advice = {code: 'DM5124', remedy: 'Publish another port.'};
	t.is(
		show(false, [{kind: 'failed', instance: 'db-1', message: 'port 80 is taken', lastLines: [], advice}]).written(),
		'db-1 failed: port 80 is taken\n  Publish another port.\n',
	);
});

test('when there are more instances than lines, those that are not ready are shown', t => {
	const many = Array.from({length: 30}, (_, number) =>
		instance(`s${number}`, number % 10 === 0 ? 'starting' : 'ready'),
	);
	t.deepEqual(show(true, many, 12).lines(), [
		'◌ s0-1   starting',
		'◌ s10-1  starting',
		'◌ s20-1  starting',
		'  and 27 more, 27 of them ready',
	]);
});
