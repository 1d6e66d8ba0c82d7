// Sends what happens in the mesh as server-sent events, beginning with how things stand.
import type {Context} from 'hono';
import {streamSSE} from 'hono/streaming';
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import type {MeshEvent} from '../model/mesh-event.ts';
import type {MeshDoor} from './mesh-door.ts';

// Whoever is this far behind does not read any more.
const longestBacklog = 10_000;
const keepAlive = ms(15_000);

/** Streams until the client leaves or the mesh has gone down. */
export const streamEvents = (context: Context, mesh: MeshDoor, clock: Clock): Response =>
	streamSSE(context, async stream => {
		const waiting: MeshEvent[] = [...mesh.replay()];
		let wake = () => {};
		const off = mesh.onEvent(event => {
			waiting.push(event);
			if (waiting.length > longestBacklog) {
				stream.abort();
			}

			wake();
		});
		stream.onAbort(() => wake());
		try {
			while (!stream.aborted && !stream.closed) {
				const event = waiting.shift();
				if (event) {
					await stream.writeSSE({event: event.kind, data: JSON.stringify(event)});
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
		}
	});
