// What holds for any bytes at all. Each law gives what breaks it, undefined when it holds.
import {isDeepStrictEqual} from 'node:util';
import type {Headers} from '../../../src/http/headers.ts';
import {withoutHopByHop} from '../../../src/http/hop-by-hop.ts';
import {requestTarget} from '../../../src/http/request-head.ts';
import {createBodyWriter} from '../../../src/http1/body-writer.ts';
import {chooseReplyFraming} from '../../../src/http1/choose-framing.ts';
import type {Framing} from '../../../src/http1/framing.ts';
import {writeReplyHead, writeRequestHead} from '../../../src/http1/write-head.ts';
import {type Reading, readReplies, readRequests} from './read-all.ts';

const asked = ['GET', 'POST', 'GET'].map(method => ({method}));

/** However the bytes are cut, the same is read. */
export const findSplitDifference = (text: string, cuts: readonly number[]): unknown => {
	for (const read of [readRequests, (bytes: string, options: object) => readReplies(bytes, {...options, asked})]) {
		const [whole, cut] = [read(text, {isEnded: true}), read(text, {isEnded: true, cuts})];
		if (!isDeepStrictEqual(whole, cut)) {
			return {text, cuts, whole, cut};
		}
	}

	return undefined;
};

/** What was taken as requests is read as the same requests by whoever it is passed on to. */
export const findForwardedDifference = (text: string): unknown => {
	const first = completeOf(readRequests(text));
	const passedOn = first
		.map(({head, body, trailers}) => {
			const target = head.path === '*' ? '*' : requestTarget(head);
			const headers = ['Host', head.authority || 'none', ...endToEnd(head.headers)];
			return head.method === 'CONNECT'
				? ''
				: writeRequestHead({method: head.method, target, headers, framing: head.framing}) +
						bodyOf(head.framing, body, trailers);
		})
		.join('');
	const wanted = first.filter(({head}) => head.method !== 'CONNECT');
	const second = completeOf(readRequests(passedOn));
	const isSame = isDeepStrictEqual(
		wanted.map(({head, body, trailers}) => [
			head.method,
			head.path,
			head.query,
			head.authority || 'none',
			endToEnd(head.headers),
			body,
			trailers,
		]),
		second.map(({head, body, trailers}) => [
			head.method,
			head.path,
			head.query,
			head.authority,
			endToEnd(head.headers),
			body,
			trailers,
		]),
	);
	return isSame ? undefined : {text, passedOn, first, second};
};

/** What was taken as replies is read as the same replies by whoever it is passed on to. */
export const findForwardedReplyDifference = (text: string): unknown => {
	const first = completeOf(readReplies(text, {asked, isEnded: true}));
	const passedOn = first
		.map(({head, body, trailers}) => {
			const length = head.framing?.kind === 'length' ? head.framing.bytes : undefined;
			const framing = chooseReplyFraming({status: head.status, length, method: 'GET', minorVersion: 1});
			return writeReplyHead({...head, headers: endToEnd(head.headers), framing}) + bodyOf(framing, body, trailers);
		})
		.join('');
	const second = completeOf(readReplies(passedOn, {asked}));
	const shape = ({head, body, trailers}: (typeof first)[number]): unknown => [
		...[head.status, head.reason, endToEnd(head.headers), body, trailers],
	];
	return isDeepStrictEqual(first.map(shape), second.map(shape)) ? undefined : {text, passedOn, first, second};
};

const completeOf = <Head>({messages}: Reading<Head>) => messages.filter(({trailers}) => trailers !== undefined);

const endToEnd = (headers: Headers): string[] => {
	const kept: string[] = [];
	const fields = withoutHopByHop(headers);
	for (let index = 0; index < fields.length; index += 2) {
		if (!/^(host|content-length)$/i.test(fields[index] as string)) {
			kept.push(fields[index] as string, fields[index + 1] as string);
		}
	}

	return kept;
};

const bodyOf = (framing: Framing, body: string, trailers: Headers | undefined): string => {
	let text = '';
	const writer = createBodyWriter(framing, bytes => {
		text += Buffer.from(bytes).toString('latin1');
		return true;
	});
	writer.write(Buffer.from(body, 'latin1'));
	writer.end(trailers ?? []);
	return text;
};
