// Holds the codec against other readers: what two of them refuse, it must not take; what they take, it must not read otherwise.
import {readRequests} from '../support/read-all.ts';
import {askPeer, type Verdict} from './ask-peer.ts';
import type {Peer} from './peers.ts';
import type {Seen} from './recorder.ts';

export interface Finding {
	readonly text: string;
	readonly defect: string;
	readonly taken: readonly Seen[];
	readonly verdicts: readonly Verdict[];
}

/** Makes a connection end that is in order up to there. */
export const lastRequest = 'GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

/** Sends a text to all peers; undefined when nothing is to be found. */
export const compareRequests = async (
	peers: readonly Peer[],
	text: string,
	waitMs: number,
): Promise<Finding | undefined> => {
	const bytes = text + lastRequest;
	const taken = readRequests(bytes)
		.messages.filter(({trailers}) => trailers)
		.map(({head, body}): Seen => ({method: head.method, target: head.target, body}));
	const verdicts = await Promise.all(peers.map(peer => askPeer(peer, bytes, waitMs)));
	const defect = findRefusedByTwo(taken, verdicts) ?? findOtherReading(taken, verdicts);
	return defect === undefined ? undefined : {text, defect, taken, verdicts};
};

const findRefusedByTwo = (taken: readonly Seen[], verdicts: readonly Verdict[]): string | undefined => {
	const index = taken.findIndex(
		(_, place) => verdicts.filter(({seen, isRefused}) => isRefused && seen.length <= place).length >= 2,
	);
	return index === -1 ? undefined : `request ${index + 1} is taken, and two peers refuse it`;
};

const findOtherReading = (taken: readonly Seen[], verdicts: readonly Verdict[]): string | undefined => {
	for (const [place, request] of taken.entries()) {
		for (const {peer, seen} of verdicts) {
			const other = seen[place];
			if (other && !isSame(other, request)) {
				return `request ${place + 1} is read otherwise by ${peer}`;
			}
		}
	}

	return undefined;
};

/** Proxies may pass an address on as a path. */
const isSame = (other: Seen, request: Seen): boolean =>
	other.method === request.method &&
	(other.body === undefined || other.body === request.body) &&
	(!request.target.startsWith('/') || other.target === request.target);
