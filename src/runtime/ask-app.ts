// Asks an app once, over the network, whether it is ready: by a connection to its port, or by a request.
import {connect} from 'node:net';
import type {Clock} from '../common/clock.ts';
import type {Milliseconds} from '../common/units.ts';

export interface AppQuestion {
	readonly port: number;
	/** Ready when a GET of it is answered with a status below 400; absent: when the port accepts a connection. */
	readonly path?: string;
	/** IP addresses, tried in this order; the first one that answers at all decides. */
	readonly addresses: readonly string[];
	/** For the whole question, in milliseconds. */
	readonly timeoutMs: Milliseconds;
	readonly clock: Clock;
}

/** Gives undefined when the app is ready, else what is in the way, in words: of the first address, when none answered. */
export const askApp = async ({port, path, addresses, timeoutMs, clock}: AppQuestion): Promise<string | undefined> => {
	const timeout = new AbortController();
	const cancel = clock.after(timeoutMs, () => timeout.abort());
	const failures: string[] = [];
	try {
		for (const address of addresses) {
			const target = {address, port, signal: timeout.signal};
			const answer = await (path === undefined ? tryConnect(target) : tryGet(target, path));
			if (answer.kind === 'answered') {
				return answer.problem && `${nameOf(port, path)}: ${answer.problem}`;
			}

			failures.push(answer.problem);
			if (timeout.signal.aborted) {
				break;
			}
		}
	} finally {
		cancel();
	}

	return `${nameOf(port, path)}: ${failures[0] ?? 'no address'}`;
};

interface Target {
	readonly address: string;
	readonly port: number;
	readonly signal: AbortSignal;
}

type Answer =
	| {readonly kind: 'answered'; readonly problem?: string}
	/** Somebody else may answer at another address. */
	| {readonly kind: 'failed'; readonly problem: string};

const nameOf = (port: number, path: string | undefined): string =>
	path === undefined ? `tcp/${port}` : `http/${port}${path}`;

const tryConnect = ({address, port, signal}: Target): Promise<Answer> =>
	new Promise(resolve => {
		const socket = connect({host: address, port, signal});
		socket.once('connect', () => {
			socket.destroy();
			resolve({kind: 'answered'});
		});
		socket.once('error', error => resolve({kind: 'failed', problem: wordsOf(error, signal)}));
	});

const tryGet = async ({address, port, signal}: Target, path: string): Promise<Answer> => {
	const host = address.includes(':') ? `[${address}]` : address;
	try {
		const response = await fetch(`http://${host}:${port}${path}`, {redirect: 'manual', signal});
		await response.body?.cancel();
		return response.status < 400 ? {kind: 'answered'} : {kind: 'answered', problem: `status ${response.status}`};
	} catch (error) {
		return {kind: 'failed', problem: wordsOf((error as Error).cause ?? error, signal)};
	}
};

const wordsOf = (error: unknown, signal: AbortSignal): string => {
	const {code, message} = error as NodeJS.ErrnoException;
	return signal.aborted ? 'no answer' : code === 'ECONNREFUSED' ? 'connection refused' : message;
};
