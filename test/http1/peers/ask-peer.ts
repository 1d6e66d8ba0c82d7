// Sends bytes to a peer and says what became of them.
import {connect} from 'node:net';
import type {Peer} from './peers.ts';
import {type Seen, seenIn} from './recorder.ts';

export interface Verdict {
	readonly peer: string;
	/** The requests that it took, in order. */
	readonly seen: readonly Seen[];
	/** Whether it refused what came behind them; a peer that still waits for bytes has refused nothing. */
	readonly isRefused: boolean;
	/** The status of the refusal; 0 for one without an answer. */
	readonly status: number;
}

/** Sends everything at once and waits for the connection's end, at most so many milliseconds. */
export const askPeer = (peer: Peer, text: string, waitMs: number): Promise<Verdict> =>
	new Promise(resolve => {
		const socket = connect({port: peer.port, host: '127.0.0.1'});
		let answer = '';
		let clientPort = 0;
		socket.on('connect', () => {
			clientPort = socket.localPort ?? 0;
		});
		const finish = (isClosed: boolean): void => {
			clearTimeout(timer);
			socket.destroy();
			const statuses = [...answer.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, status]) => Number(status));
			const last = statuses.at(-1) ?? 0;
			const isRefused = isClosed && (last === 0 || last >= 400);
			resolve({
				peer: peer.name,
				seen: peer.seenFrom?.(clientPort) ?? seenIn(answer),
				isRefused,
				status: isRefused ? last : 0,
			});
		};

		const timer = setTimeout(() => finish(false), waitMs);
		socket.setEncoding('latin1');
		socket.on('data', chunk => {
			answer += chunk;
		});
		// A reset tells as much as an end.
		socket.on('error', () => {});
		socket.on('close', () => finish(true));
		socket.write(text, 'latin1');
	});
