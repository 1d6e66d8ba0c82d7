import test from 'ava';
import {createPublisher} from '../../src/control/publisher.ts';
import type {ToProxy} from '../../src/model/control-message.ts';
import type {Snapshot} from '../../src/model/snapshot.ts';

const snapshot = (sidecar: string, revision: number) => ({sidecar, revision}) as Snapshot;

const createScene = () => {
	const sent: ToProxy[] = [];
	const publisher = createPublisher({
		send: message => sent.push(message),
		homeOf: () => 'host',
		isAwaited: () => true,
		onAccount: () => {},
	});
	return {sent, publisher};
};

test('a publication is done when every sidecar has taken it', async t => {
	const {publisher, sent} = createScene();
	const done = publisher.publish([snapshot('a', 1), snapshot('b', 1)]);
	t.deepEqual(
		sent.map(({kind}) => kind),
		['apply', 'apply'],
	);
	publisher.take({kind: 'accepted', sidecar: 'a', revision: 1}, 'host');
	publisher.take({kind: 'accepted', sidecar: 'b', revision: 1}, 'host');
	t.deepEqual(await done, []);
	t.deepEqual(publisher.accounts(), [
		{sidecar: 'a', revision: 1, refused: undefined},
		{sidecar: 'b', revision: 1, refused: undefined},
	]);
});

test('a refusal ends the publication and names the sidecar; it keeps the revision that it serves', async t => {
	const {publisher} = createScene();
	const first = publisher.publish([snapshot('a', 1)]);
	publisher.take({kind: 'accepted', sidecar: 'a', revision: 1}, 'host');
	await first;
	const second = publisher.publish([snapshot('a', 2)]);
	const problem = {listener: 'inbound', code: 'EADDRINUSE', message: 'taken'};
	publisher.take({kind: 'refused', sidecar: 'a', revision: 2, problem}, 'host');
	t.deepEqual(await second, [{sidecar: 'a', problem}]);
	t.deepEqual(publisher.accounts(), [{sidecar: 'a', revision: 1, refused: {revision: 2, problem}}]);
});

test('a publication that a newer one overtakes is done with it', async t => {
	const {publisher} = createScene();
	const first = publisher.publish([snapshot('a', 1)]);
	const second = publisher.publish([snapshot('a', 2)]);
	publisher.take({kind: 'accepted', sidecar: 'a', revision: 1}, 'host');
	publisher.take({kind: 'accepted', sidecar: 'a', revision: 2}, 'host');
	t.deepEqual(await first, []);
	t.deepEqual(await second, []);
});

test('a proxy process that comes back gets the newest snapshots', async t => {
	const {publisher, sent} = createScene();
	void publisher.publish([snapshot('a', 3)]);
	publisher.lost('host');
	sent.length = 0;
	publisher.take({kind: 'hello', protocol: 1, pid: 7, sidecars: []}, 'host');
	t.deepEqual(sent, [{kind: 'apply', snapshot: snapshot('a', 3)}]);
});

test('a sidecar that is wanted no more is removed', t => {
	const {publisher, sent} = createScene();
	void publisher.publish([snapshot('a', 1), snapshot('b', 1)]);
	publisher.take({kind: 'accepted', sidecar: 'a', revision: 1}, 'host');
	publisher.take({kind: 'accepted', sidecar: 'b', revision: 1}, 'host');
	sent.length = 0;
	void publisher.publish([snapshot('a', 2)]);
	t.deepEqual(
		sent.map(message => (message.kind === 'remove' ? `remove ${message.sidecar}` : message.kind)),
		['remove b', 'apply'],
	);
});

test('a lost worker serves nothing until it has accepted again', t => {
	const {publisher} = createScene();
	void publisher.publish([snapshot('a', 1)]);
	publisher.take({kind: 'accepted', sidecar: 'a', revision: 1}, 'host');
	publisher.take({kind: 'lost', sidecar: 'a', reason: 'killed'}, 'host');
	t.is(publisher.accounts()[0]?.revision, 0);
});

test('the highest revision that sidecars tell of is remembered for the next control plane', t => {
	const {publisher} = createScene();
	publisher.take({kind: 'hello', protocol: 1, pid: 7, sidecars: [{sidecar: 'a', revision: 41}]}, 'host');
	t.is(publisher.highest(), 41);
});
