// Copies two connections into each other until both have ended.
import type {Duplex} from 'node:stream';

export interface JoinResult {
	/** Bytes from the first to the second. */
	readonly forth: number;
	/** Bytes from the second to the first. */
	readonly back: number;
	/** What broke one of them, when something did. */
	readonly error: Error | undefined;
}

/** Passes bytes with back-pressure, and an end as an end: one direction may go on after the other is done. An error of one breaks both. */
export const joinStreams = (one: Duplex, two: Duplex): Promise<JoinResult> =>
	new Promise(resolve => {
		const counts = {forth: 0, back: 0};
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
				resolve({...counts, error});
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

		const copy = (from: Duplex, to: Duplex, direction: 'forth' | 'back') => {
			from.on('data', (chunk: Buffer) => {
				counts[direction] += chunk.length;
				if (!to.write(chunk)) {
					from.pause();
				}
			});
			to.on('drain', () => from.resume());
			from.on('end', () => to.end());
			// Closed without an end: the other side must not take it for one.
			from.once('close', () => {
				if (!from.readableEnded && !to.destroyed) {
					to.destroy();
				}
			});
		};

		copy(one, two, 'forth');
		copy(two, one, 'back');
		// Whoever looked at the first bytes has paused it, and a listener alone does not go on.
		one.resume();
		two.resume();
		if (one.destroyed) {
			two.destroy();
		} else if (two.destroyed) {
			one.destroy();
		}
	});
