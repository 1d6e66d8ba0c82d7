// Sends what happens in the mesh as server-sent events, beginning with how things stand.
import type {Context} from 'hono';
import {streamSSE} from 'hono/streaming';
import type {MeshEvent} from '../model/mesh-event.ts';
import type {MeshDoor} from './mesh-door.ts';

// Whoever is this far behind does not read any more.
const longestBacklog = 10_000;
const keepAliveMs = 15_000;

/** Streams until the client leaves or the mesh has gone down. */
export const streamEvents = (context: Context, mesh: MeshDoor): Response =>
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
					const {promise, resolve} = Promise.withResolvers<void>();
					wake = resolve;
					const timer = await Promise.race([promise, stream.sleep(keepAliveMs).then(() => 'quiet' as const)]);
					if (timer === 'quiet') {
						await stream.write(': still here\n\n');
					}
				}
			}
		} finally {
			off();
		}
	});
