// Reads the answers of the API that go on: events, and lines of logs.
import {createJsonLines} from '../common/json-lines.ts';
import type {LogLine} from '../model/api.ts';
import type {MeshEvent} from '../model/mesh-event.ts';

/** Gives server-sent events as they come; ends when the mesh is gone or the signal is aborted. */
export async function* readEvents(response: Response, signal: AbortSignal): AsyncGenerator<MeshEvent> {
	let rest = '';
	for await (const piece of textOf(response, signal)) {
		const blocks = (rest + piece).split('\n\n');
		rest = blocks.pop() ?? '';
		for (const block of blocks) {
			const data = dataOf(block);
			if (data !== '') {
				yield JSON.parse(data) as MeshEvent;
			}
		}
	}
}

const dataOf = (block: string): string =>
	block
		.split('\n')
		.filter(line => line.startsWith('data:'))
		.map(line => line.slice('data:'.length))
		.join('\n');

/** Gives lines of logs as they come; ends when they end, the mesh is gone or the signal is aborted. */
export async function* readLogLines(response: Response, signal: AbortSignal): AsyncGenerator<LogLine> {
	const found: LogLine[] = [];
	const take = createJsonLines(value => found.push(value as LogLine));
	for await (const piece of textOf(response, signal)) {
		take(piece);
		yield* found.splice(0);
	}
}

async function* textOf(response: Response, signal: AbortSignal): AsyncGenerator<string> {
	const decoder = new TextDecoder();
	try {
		for await (const chunk of response.body ?? []) {
			yield decoder.decode(chunk as Uint8Array, {stream: true});
		}
	} catch (error) {
		// fetch says by a TypeError that a stream broke off: the end of the control plane, and so of the stream.
		if (!signal.aborted && !(error instanceof TypeError)) {
			throw error;
		}
	}
}
