// Waits for a server, and sees to it that it is the right one.
import http from 'node:http';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Scope} from '../scope.ts';
import {replies} from './backend.ts';

const patienceMs = 15_000;

/** Resolves when both replies of the backend come as they should. Throws when they do not in time. */
export const untilAnswers = async (scope: Scope, url: string): Promise<void> => {
	const end = performance.now() + patienceMs;
	for (const [bytes, path] of Object.entries(replies)) {
		for (;;) {
			const found = await sizeOf(`${url}${path}`);
			if (found === Number(bytes)) {
				break;
			}

			if (performance.now() > end) {
				throw new Error(`${url}${path} does not answer with ${bytes} bytes: ${found}`);
			}

			await sleep(20, undefined, {signal: scope.signal});
		}
	}
};

/** Gives the bytes of a reply with 200, else what is wrong. */
const sizeOf = (url: string): Promise<number | string> =>
	new Promise(resolve => {
		const request = http.get(url, {agent: false}, response => {
			let bytes = 0;
			response.on('data', (chunk: Buffer) => {
				bytes += chunk.length;
			});
			response.on('end', () => resolve(response.statusCode === 200 ? bytes : `status ${response.statusCode}`));
			response.on('error', error => resolve(error.message));
		});
		request.on('error', error => resolve(error.message));
	});
