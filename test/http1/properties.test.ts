import test from 'ava';
import fc from 'fast-check';
import {anyCuts, anyReply, anyRequest} from './support/any-message.ts';
import {findForwardedDifference, findForwardedReplyDifference, findSplitDifference} from './support/laws.ts';
import {mutated, mutatedReply} from './support/mutations.ts';
import {readReplies, readRequests} from './support/read-all.ts';

const numRuns = 1000;

test('any valid requests are read as what they are, however they are cut', t => {
	fc.assert(
		fc.property(fc.array(anyRequest, {minLength: 1, maxLength: 3}), anyCuts, (requests, cuts) => {
			const {messages, refusal} = readRequests(requests.map(({text}) => text).join(''), {cuts});
			t.is(refusal, undefined);
			t.deepEqual(
				messages.map(({head, body, trailers}) => [head.method, head.target, head.headers, body, trailers]),
				requests.map(({method, target, fields, body, trailers}) => [method, target, fields, body, trailers]),
			);
		}),
		{numRuns: 300},
	);
});

test('any valid replies are read as what they are, however they are cut', t => {
	fc.assert(
		fc.property(fc.array(anyReply, {minLength: 1, maxLength: 3}), anyCuts, (replies, cuts) => {
			const text = replies.map(reply => reply.text).join('');
			const {messages, refusal} = readReplies(text, {cuts, asked: replies.map(() => ({method: 'GET'}))});
			t.is(refusal, undefined);
			t.deepEqual(
				messages
					.filter(({head}) => head.status >= 200)
					.map(({head, body, trailers}) => [head.status, head.reason, head.headers, body, trailers]),
				replies.map(({status, reason, fields, body, trailers}) => [status, reason, fields, body, trailers]),
			);
		}),
		{numRuns: 300},
	);
});

const texts = fc
	.array(fc.oneof(anyRequest, anyReply), {minLength: 1, maxLength: 2})
	.map(messages => messages.map(({text}) => text).join(''));

test('whatever is changed in a message, one thing is read, however it is cut', t => {
	fc.assert(
		fc.property(mutated(texts), anyCuts, (text, cuts) => {
			t.is(findSplitDifference(text, cuts), undefined);
		}),
		{numRuns},
	);
});

test('whatever is changed in a request, what is taken is passed on as what was read', t => {
	fc.assert(
		fc.property(mutated(anyRequest.map(({text}) => text)), text => {
			t.is(findForwardedDifference(text), undefined);
		}),
		{numRuns},
	);
});

test('whatever is changed in a reply, what is taken is passed on as what was read', t => {
	fc.assert(
		fc.property(mutatedReply(anyReply.map(({text}) => text)), text => {
			t.is(findForwardedReplyDifference(text), undefined);
		}),
		{numRuns},
	);
});

test('bytes without any sense are read as one thing, too', t => {
	fc.assert(
		fc.property(
			fc.string({unit: fc.nat(255).map(code => String.fromCharCode(code)), maxLength: 80}),
			anyCuts,
			(text, cuts) => {
				t.is(findSplitDifference(text, cuts), undefined);
			},
		),
		{numRuns},
	);
});
