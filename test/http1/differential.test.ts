import test from 'ava';
import fc from 'fast-check';
import {compareReplies} from './peers/compare-replies.ts';
import {compareRequests} from './peers/compare-requests.ts';
import {findDifferences} from './peers/find-differences.ts';
import {patienceMs, startPeers} from './peers/peers.ts';
import {startReplyPeers} from './peers/reply-peers.ts';
import {mutated, mutatedReply} from './support/mutations.ts';
import {plainReplies} from './support/plain-replies.ts';
import {plainRequests} from './support/plain-requests.ts';

const seed = 1;
const most = {numRuns: 3000, ms: 5000};

test('of changed requests, none is taken that two of node:http, nginx and HAProxy refuse, and none is read otherwise', async t => {
	const peers = await startPeers();
	t.teardown(() => Promise.all(peers.map(({stop}) => stop())));
	const compare = (text: string) => compareRequests(peers, text, patienceMs);

	const plain = await findDifferences(fc.sample(plainRequests, {numRuns: 50, seed}), compare, most.ms);
	t.deepEqual(plain.findings, []);

	const texts = fc.sample(mutated(plainRequests, 2), {numRuns: most.numRuns, seed});
	const {compared, findings} = await findDifferences(texts, compare, most.ms);
	t.log(`${compared} changed requests`);
	t.true(compared > 100, `${compared} were compared`);
	t.deepEqual(findings, []);
});

test('of changed replies, none is taken that two of the three refuse, and none is read otherwise', async t => {
	const peers = await startReplyPeers();
	t.teardown(() => Promise.all(peers.map(({stop}) => stop())));
	const compare = (text: string) => compareReplies(peers, text);

	const plain = await findDifferences(fc.sample(plainReplies, {numRuns: 50, seed}), compare, most.ms);
	t.deepEqual(plain.findings, []);

	const texts = fc.sample(mutatedReply(plainReplies, 2), {numRuns: most.numRuns, seed});
	const {compared, findings} = await findDifferences(texts, compare, most.ms);
	t.log(`${compared} changed replies`);
	t.true(compared > 100, `${compared} were compared`);
	t.deepEqual(findings, []);
});
