// Sends what happens in the mesh as server-sent events, beginning with how things stand.
import type {Context} from 'hono';
import {streamSSE} from 'hono/streaming';
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import type {MeshEvent} from '../model/mesh-event.ts';
import type {ApiEnvironment} from './create-api.ts';
import type {MeshDoor} from './mesh-door.ts';

export interface EventStreamOptions {
	readonly mesh: Pick<MeshDoor, 'replay' | 'onEvent'>;
	readonly clock: Clock;
	/** Ends the stream, once what waits was sent. */
	readonly ending: AbortSignal;
}

/** Whoever is so many events behind does not read any more, and is let go. */
export const longestBacklog = 2000;
const keepAlive = ms(15_000);
// For a reader that was let go to take what is on its way and the reason.
const farewell = ms(10_000);

/** Streams until the client leaves, falls too far behind, or the mesh has gone down. */
export const streamEvents = (context: Context<ApiEnvironment>, {mesh, clock, ending}: EventStreamOptions): Response => {
	const {outgoing} = context.env;
	return streamSSE(context, async stream => {
		let waiting: MeshEvent[] = [...mesh.replay()];
		let isLast = ending.aborted;
		let wake = () => {};
		let cancelFarewell = () => {};
		const endSoon = () => {
			isLast = true;
			off();
			cancelFarewell = clock.after(farewell, () => outgoing.destroy());
			wake();
		};

		const off = mesh.onEvent(event => {
			waiting.push(event);
			if (waiting.length > longestBacklog) {
				waiting = [tooSlow(waiting.length)];
				endSoon();
			}

			wake();
		});
		ending.addEventListener('abort', endSoon);
		stream.onAbort(() => wake());
		try {
			while (!stream.aborted && !stream.closed) {
				const event = waiting.shift();
				if (event) {
					await stream.writeSSE({event: event.kind, data: JSON.stringify(event)});
				} else if (isLast) {
					return;
				} else {
					const news = new AbortController();
					wake = () => news.abort();
					// A timer that nobody cancels would keep the whole process waiting.
					await clock.sleep(keepAlive, news.signal).then(
						() => stream.write(': still here\n\n'),
						() => {},
					);
				}
			}
		} finally {
			off();
			ending.removeEventListener('abort', endSoon);
			cancelFarewell();
		}
	});
};

const tooSlow = (count: number): MeshEvent => ({
	kind: 'notice',
	message: `${count} events were left out: this reader is too slow and is let go`,
});
