// Copies two connections into each other until both have ended.
import type {Duplex} from 'node:stream';

/** Counted while they pass. */
export interface PassedBytes {
	/** From the first to the second. */
	received: number;
	/** From the second to the first. */
	sent: number;
}

export interface JoinResult {
	/** What broke one of them, when something did. */
	readonly error: Error | undefined;
}

/** Passes bytes with back-pressure, and an end as an end: one direction may go on after the other is done. An error of one breaks both. */
export const joinStreams = (
	one: Duplex,
	two: Duplex,
	passed: PassedBytes = {received: 0, sent: 0},
): Promise<JoinResult> =>
	new Promise(resolve => {
		let error: Error | undefined;
		let open = 2;
		const onError = (problem: Error) => {
			error ??= problem;
			one.destroy();
			two.destroy();
		};

		const onClose = () => {
			open--;
			if (open === 0) {
				resolve({error});
			}
		};

		for (const stream of [one, two]) {
			stream.on('error', onError);
			if (stream.destroyed) {
				onClose();
			} else {
				stream.once('close', onClose);
			}
		}

		const copy = (from: Duplex, to: Duplex, way: keyof PassedBytes) => {
			from.on('data', (chunk: Buffer) => {
				passed[way] += chunk.length;
				if (!to.write(chunk)) {
					from.pause();
				}
			});
			to.on('drain', () => from.resume());
			if (from.readableEnded) {
				// Before anybody was there to pass it on.
				to.end();
			} else {
				from.on('end', () => to.end());
			}

			// Closed without an end: the other side must not take it for one.
			from.once('close', () => {
				if (!from.readableEnded && !to.destroyed) {
					to.destroy();
				}
			});
		};

		copy(one, two, 'received');
		copy(two, one, 'sent');
		// Whoever looked at the first bytes has paused it, and a listener alone does not go on.
		one.resume();
		two.resume();
		if (one.destroyed) {
			two.destroy();
		} else if (two.destroyed) {
			one.destroy();
		}
	});
