// `npm run fuzz -- --seconds 30`: changed messages for the HTTP/1.1 codec, until the time is up or a law is broken.
// With `--peers`: changed requests and replies beside node:http, nginx and HAProxy (/usr/sbin).
import {parseArgs} from 'node:util';
import fc from 'fast-check';
import {compareReplies} from '../test/http1/peers/compare-replies.ts';
import {compareRequests} from '../test/http1/peers/compare-requests.ts';
import {findDifferences} from '../test/http1/peers/find-differences.ts';
import {patienceMs, startPeers} from '../test/http1/peers/peers.ts';
import {startReplyPeers} from '../test/http1/peers/reply-peers.ts';
import {anyCuts, anyReply, anyRequest} from '../test/http1/support/any-message.ts';
import {
	findForwardedDifference,
	findForwardedReplyDifference,
	findSplitDifference,
} from '../test/http1/support/laws.ts';
import {mutated, mutatedReply} from '../test/http1/support/mutations.ts';
import {plainReplies} from '../test/http1/support/plain-replies.ts';
import {plainRequests} from '../test/http1/support/plain-requests.ts';
import {readReplies, readRequests} from '../test/http1/support/read-all.ts';

const {values} = parseArgs({
	options: {
		seconds: {type: 'string', default: '30'},
		seed: {type: 'string', default: String(Date.now() % 2 ** 31)},
		peers: {type: 'boolean', default: false},
	},
});
const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
if (!(seconds > 0) || !Number.isInteger(seed)) {
	process.stderr.write('usage: npm run fuzz -- [--peers] [--seconds <more than 0>] [--seed <whole number>]\n');
	process.exit(2);
}

const batch = 500;
const end = performance.now() + seconds * 1000;
const say = (line: string): void => {
	process.stdout.write(`${line} (seed ${seed})\n`);
};

const tell = (finding: unknown): void => {
	process.stderr.write(`${typeof finding === 'string' ? finding : JSON.stringify(finding, undefined, 2)}\n`);
	process.exitCode = 1;
};

const fuzz = (): void => {
	const join = (texts: readonly {readonly text: string}[]): string => texts.map(({text}) => text).join('');
	const some = {minLength: 1, maxLength: 3};
	const requests = mutated(fc.array(anyRequest, some).map(join), 2);
	const replies = mutatedReply(fc.array(anyReply, some).map(join), 2);
	const counts = {messages: 0, taken: 0, refused: 0};
	const asked = ['GET', 'HEAD', 'GET'].map(method => ({method}));

	const findBreach = (text: string, isRequest: boolean, cuts: readonly number[]): unknown => {
		const {messages, refusal} = isRequest ? readRequests(text) : readReplies(text, {asked});
		counts.messages++;
		counts.taken += messages.some(({trailers}) => trailers) ? 1 : 0;
		counts.refused += refusal ? 1 : 0;
		const findDifference = isRequest ? findForwardedDifference : findForwardedReplyDifference;
		return findSplitDifference(text, cuts) ?? findDifference(text);
	};

	const cases = fc.oneof(
		fc.tuple(requests, fc.constant(true), anyCuts),
		fc.tuple(replies, fc.constant(false), anyCuts),
	);
	for (let round = 0; performance.now() < end; round++) {
		const law = fc.property(cases, ([text, isRequest, cuts]) => {
			const breach = findBreach(text, isRequest, cuts);
			if (breach !== undefined) {
				throw new Error(JSON.stringify(breach, undefined, 2));
			}
		});
		const result = fc.check(law, {seed: (seed + round) | 0, numRuns: batch});
		if (result.failed) {
			tell(fc.defaultReportMessage(result));
			return;
		}
	}

	const {messages, taken, refused} = counts;
	say(`${messages} changed messages: something was taken of ${taken}, ${refused} were refused; no law was broken`);
};

const fuzzBesidePeers = async (): Promise<void> => {
	const [peers, replyPeers] = await Promise.all([startPeers(), startReplyPeers()]);
	const requests = mutated(plainRequests, 2);
	const replies = mutatedReply(plainReplies, 2);
	let compared = 0;
	try {
		for (let round = 0; performance.now() < end; round++) {
			const parameters = {numRuns: batch, seed: (seed + round) | 0};
			const left = end - performance.now();
			const differences = [
				await findDifferences(fc.sample(requests, parameters), text => compareRequests(peers, text, patienceMs), left),
				await findDifferences(fc.sample(replies, parameters), text => compareReplies(replyPeers, text), left),
			];
			for (const {compared: count, findings} of differences) {
				compared += count;
				if (findings.length > 0) {
					tell(findings);
					return;
				}
			}
		}
	} finally {
		await Promise.all([...peers, ...replyPeers].map(({stop}) => stop()));
	}

	say(`${compared} changed messages: none is taken that two peers refuse, none is read otherwise`);
};

await (values.peers ? fuzzBesidePeers() : fuzz());
