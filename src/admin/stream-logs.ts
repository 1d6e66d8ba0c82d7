// Sends log lines as they come, one JSON object a line.
import type {Context} from 'hono';
import {stream} from 'hono/streaming';
import {jsonLine} from '../common/json-lines.ts';
import {problem} from './api-problem.ts';
import type {MeshDoor} from './mesh-door.ts';

export interface LogStreamOptions {
	readonly mesh: Pick<MeshDoor, 'logs'>;
	/** Ends the stream. */
	readonly ending: AbortSignal;
}

const mostLines = 100_000;

/** Streams the query's lines; with `follow=true` until the client leaves or the API ends. A slow reader slows nobody else: the lines wait in their file. */
export const streamLogs = (context: Context, {mesh, ending}: LogStreamOptions): Response => {
	const {service, lines = '100', follow = 'false'} = context.req.query();
	if (!/^\d{1,6}$/.test(lines) || Number(lines) > mostLines || !['true', 'false'].includes(follow)) {
		throw problem(400, {
			code: 'DM6004',
			message: `these are no lines to show: lines=${lines}, follow=${follow}`,
			remedy: `Ask for 0 to ${mostLines} lines, and for follow=true or false.`,
		});
	}

	const stop = new AbortController();
	context.header('content-type', 'application/x-ndjson');
	return stream(context, async output => {
		output.onAbort(() => stop.abort());
		const found = mesh.logs({
			...(service !== undefined && {service}),
			lines: Number(lines),
			follow: follow === 'true',
			signal: AbortSignal.any([stop.signal, ending]),
		});
		for await (const line of found) {
			if (output.aborted) {
				break;
			}

			await output.write(jsonLine(line));
		}
	});
};
