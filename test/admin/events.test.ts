import {once} from 'node:events';
import {connect} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import {longestBacklog} from '../../src/admin/stream-events.ts';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {ms} from '../../src/common/units.ts';
import type {MeshEvent} from '../../src/model/mesh-event.ts';
import {createMemoryMesh, serveMesh} from '../support/memory-mesh.ts';

const notice = (message: string): MeshEvent => ({kind: 'notice', message});
const forever = new AbortController().signal;

/** Takes the next event, which must come. */
const next = async (t: ExecutionContext, events: AsyncIterator<MeshEvent>): Promise<MeshEvent> => {
	const {value, done} = await events.next();
	t.false(done, 'the stream goes on');
	return value as MeshEvent;
};

/** Opens a connection that asks for the events and reads what comes, as text. */
const openRaw = (t: ExecutionContext, port: number, token: string) => {
	const socket = connect(port, '127.0.0.1');
	t.teardown(() => socket.destroy());
	socket.on('error', () => {});
	socket.write(
		`GET /api/v1/events HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\nconnection: close\r\n\r\n`,
	);
	let text = '';
	socket.on('data', (chunk: Buffer) => {
		text += chunk.toString('latin1');
	});
	const until = async (pattern: RegExp) => {
		while (!pattern.test(text)) {
			await once(socket, 'data');
		}
	};
	return {socket, until, text: () => text};
};

test('a newcomer hears how things stand, then what happens', async t => {
	const mesh = createMemoryMesh({replay: [notice('before'), {kind: 'ready', urls: []}]});
	const {client} = await serveMesh(t, mesh.door);
	const events = client.events(forever);
	t.deepEqual(await next(t, events), notice('before'));
	t.deepEqual(await next(t, events), {kind: 'ready', urls: []});
	mesh.emit(notice('after\nwith a line break and an ü'));
	t.deepEqual(await next(t, events), notice('after\nwith a line break and an ü'));
});

test('events keep their order for every reader', async t => {
	const mesh = createMemoryMesh({replay: [notice('start')]});
	const {client} = await serveMesh(t, mesh.door);
	const readers = [client.events(forever), client.events(forever), client.events(forever)];
	await Promise.all(readers.map(reader => next(t, reader)));
	for (let number = 0; number < 500; number++) {
		mesh.emit(notice(String(number)));
	}

	for (const reader of readers) {
		for (let number = 0; number < 500; number++) {
			t.deepEqual(await next(t, reader), notice(String(number)));
		}
	}
});

test('a quiet stream is kept alive every 15 seconds', async t => {
	const clock = createManualClock();
	const mesh = createMemoryMesh({replay: [notice('start')]});
	const {port, token} = await serveMesh(t, mesh.door, clock);
	const raw = openRaw(t, port, token);
	await raw.until(/start/);
	// The reader has read; the writer goes to sleep a moment later.
	while (clock.pending() === 0) {
		await new Promise(resolve => setImmediate(resolve));
	}

	await clock.advance(ms(14_999));
	t.notRegex(raw.text(), /still here/);
	await clock.advance(ms(1));
	await raw.until(/: still here\n\n/);
	t.regex(raw.text(), /: still here\n\n/);
});

test('the stream ends when the API ends, after what was still to be told', async t => {
	const mesh = createMemoryMesh({replay: [notice('start')]});
	const {client, api} = await serveMesh(t, mesh.door);
	const events = client.events(forever);
	await next(t, events);
	mesh.emit({kind: 'stopping'});
	mesh.emit(notice('the last word'));
	const stopped = api.stop();
	t.deepEqual(await next(t, events), {kind: 'stopping'});
	t.deepEqual(await next(t, events), notice('the last word'));
	t.true((await events.next()).done);
	await stopped;
	t.is(mesh.listeners(), 0);
});

test('a reader that leaves is forgotten', async t => {
	const mesh = createMemoryMesh({replay: [notice('start')]});
	const {client, api} = await serveMesh(t, mesh.door);
	const leave = new AbortController();
	const events = client.events(leave.signal);
	await next(t, events);
	t.is(mesh.listeners(), 1);
	leave.abort();
	t.true((await events.next()).done, 'without an error');
	await api.stop();
	t.is(mesh.listeners(), 0);
});

test('a reader that has left before it asked gets nothing, without an error', async t => {
	const {client} = await serveMesh(t, createMemoryMesh({replay: [notice('start')]}).door);
	t.true((await client.events(AbortSignal.abort()).next()).done);
});

test('a reader that falls too far behind is told so and let go; the others go on', async t => {
	const mesh = createMemoryMesh({replay: [notice('start')]});
	const {client} = await serveMesh(t, mesh.door);
	const slow = client.events(forever);
	await next(t, slow);
	for (let number = 0; number <= longestBacklog; number++) {
		mesh.emit(notice(String(number)));
	}

	t.deepEqual(
		await next(t, slow),
		notice(`${longestBacklog + 1} events were left out: this reader is too slow and is let go`),
	);
	t.true((await slow.next()).done);
	t.is(mesh.listeners(), 0);
	const other = client.events(forever);
	await next(t, other);
	mesh.emit(notice('go on'));
	t.deepEqual(await next(t, other), notice('go on'));
});

test('a reader that never reads costs a bounded amount and is cut off', async t => {
	const clock = createManualClock();
	const mesh = createMemoryMesh({replay: [notice('start')]});
	const {port, token} = await serveMesh(t, mesh.door, clock);
	const raw = openRaw(t, port, token);
	await raw.until(/start/);
	raw.socket.pause();
	const long = notice('x'.repeat(16 * 1024));
	let sent = 0;
	// Until the buffers of the system are full, and then so many more.
	while (mesh.listeners() > 0 && sent < 20 * longestBacklog) {
		mesh.emit(long);
		sent++;
		if (sent % 50 === 0) {
			await new Promise(resolve => setImmediate(resolve));
		}
	}

	t.is(mesh.listeners(), 0, `it was let go after ${sent} events`);
	t.true(sent > longestBacklog);
	const closed = new Promise<void>(resolve => raw.socket.once('close', () => resolve()));
	await clock.advance(ms(10_000));
	raw.socket.resume();
	await closed;
	t.false(raw.text().includes('left out'), 'the reason was behind what it did not read');
});
