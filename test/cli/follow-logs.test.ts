import test from 'ava';
import type {LogOptions} from '../../src/admin/api-client.ts';
import {createLogFollower} from '../../src/cli/follow-logs.ts';
import type {MeshEvent} from '../../src/model/mesh-event.ts';

type State = Extract<MeshEvent, {kind: 'instance'}>['state'];

const instance = (id: string, state: State): MeshEvent => ({
	kind: 'instance',
	instance: id,
	service: id.slice(0, -2),
	state,
	forMs: 0,
});

/** Tells a follower of events. Gives what it asked for. */
const follow = (isFresh: boolean, events: readonly MeshEvent[]): readonly string[] => {
	const asked: string[] = [];
	const stop = new AbortController();
	const logs = async function* ({service, lines}: LogOptions, signal: AbortSignal) {
		asked.push(`${service} ${lines}`);
		await new Promise(resolve => signal.addEventListener('abort', resolve));
		yield {instance: '', line: ''};
	};
	const take = createLogFollower({client: {logs}, print: () => {}, isFresh, signal: stop.signal});
	for (const event of events) {
		take(event);
	}

	stop.abort();
	return asked;
};

test('each instance is followed once, from its start', t => {
	const events = [
		instance('db-1', 'starting'),
		instance('web-1', 'waiting'),
		instance('db-1', 'ready'),
		instance('web-1', 'starting'),
		instance('web-1', 'ready'),
	];
	t.deepEqual(follow(true, events), ['db-1 1000', 'web-1 1000']);
});

test('what ran before is followed from now on, what starts later from its start', t => {
	const events: readonly MeshEvent[] = [
		instance('db-1', 'ready'),
		{kind: 'ready', urls: []},
		{kind: 'plan', lines: []},
		instance('web-1', 'starting'),
	];
	t.deepEqual(follow(false, events), ['db-1 0', 'web-1 1000']);
});

test('what stops is not followed', t => {
	t.deepEqual(follow(true, [instance('db-1', 'stopping'), instance('db-1', 'stopped')]), []);
});
