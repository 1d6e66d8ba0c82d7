// Holds the codec against other readers of replies: what two of them refuse, it must not take, nor read otherwise what they take.
import {readReplies} from '../support/read-all.ts';
import type {ReplyPeer, SeenReply} from './reply-peers.ts';

export interface ReplyFinding {
	readonly text: string;
	readonly defect: string;
	readonly taken: SeenReply;
	readonly verdicts: readonly {readonly peer: string; readonly seen: SeenReply | undefined}[];
}

/** Lets all peers read a reply; undefined when nothing is to be found. */
export const compareReplies = async (peers: readonly ReplyPeer[], text: string): Promise<ReplyFinding | undefined> => {
	const last = readReplies(text, {isEnded: true}).messages.find(({head}) => head.status >= 200);
	if (!last?.trailers) {
		return undefined;
	}

	const taken: SeenReply = {status: last.head.status, body: last.body};
	const verdicts = await Promise.all(peers.map(async ({name, ask}) => ({peer: name, seen: await ask(text)})));
	const refusing = verdicts.filter(({seen}) => !seen).length;
	const other = verdicts.find(({seen}) => seen && (seen.status !== taken.status || seen.body !== taken.body));
	const defect =
		refusing >= 2 ? 'taken, and refused by two peers' : other ? `read otherwise by ${other.peer}` : undefined;
	return defect === undefined ? undefined : {text, defect, taken, verdicts};
};
