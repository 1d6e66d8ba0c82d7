// Sends log lines as they come, one JSON object a line.
import type {Context} from 'hono';
import {stream} from 'hono/streaming';
import {jsonLine} from '../common/json-lines.ts';
import type {MeshDoor} from './mesh-door.ts';

const mostLines = 100_000;

/** Streams the query's lines; with `follow=true` until the client leaves. */
export const streamLogs = (context: Context, mesh: MeshDoor): Response => {
	const {service, lines = '100', follow} = context.req.query();
	const stop = new AbortController();
	const count = Number(lines);
	context.header('content-type', 'application/x-ndjson');
	return stream(context, async output => {
		output.onAbort(() => stop.abort());
		const found = mesh.logs({
			...(service !== undefined && {service}),
			lines: Number.isInteger(count) && count >= 0 ? Math.min(count, mostLines) : 100,
			follow: follow === 'true',
			signal: stop.signal,
		});
		for await (const line of found) {
			if (output.aborted) {
				break;
			}

			await output.write(jsonLine(line));
		}
	});
};
