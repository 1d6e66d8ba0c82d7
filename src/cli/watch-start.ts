// Follows the events of a mesh and shows them, until it is ready, has failed to be, or is gone.
import type {ApiClient} from '../admin/api-client.ts';
import {formatDiagnostics} from '../config/format-diagnostics.ts';
import type {MeshEvent} from '../model/mesh-event.ts';
import {createProgress} from './render/progress.ts';
import type {Terminal} from './render/terminal.ts';

export type WatchEnd = 'ready' | 'failed' | 'gone' | 'stopping';

export interface WatchOptions {
	readonly client: ApiClient;
	readonly terminal: Terminal;
	readonly colors: boolean;
	/** Whether to go on after it is ready or something has failed. */
	readonly isStaying: boolean;
	readonly signal: AbortSignal;
	/** Told each time that everything is ready. */
	readonly onReady: () => void;
}

/** Resolves with what ended it; `gone` when the events broke off. */
export const watchStart = async ({
	client,
	terminal,
	colors,
	isStaying,
	signal,
	onReady,
}: WatchOptions): Promise<WatchEnd> => {
	const progress = createProgress();
	let failures = 0;
	try {
		for await (const event of client.events(signal)) {
			const line = progress.take(event);
			if (terminal.isLive) {
				terminal.block(progress.lines());
			} else if (line !== undefined) {
				terminal.line(line);
			}

			for (const text of linesOf(event, colors)) {
				terminal.line(text);
			}

			if (event.kind === 'ready') {
				terminal.endBlock(true);
				onReady();
			}

			failures += event.kind === 'failed' ? 1 : 0;
			if (event.kind === 'stopping') {
				return 'stopping';
			}

			if (!isStaying && (event.kind === 'ready' || failures > 0)) {
				terminal.endBlock(true);
				return failures > 0 ? 'failed' : 'ready';
			}
		}
	} catch (error) {
		if (!signal.aborted && (error as {readonly code?: string}).code !== 'DM6010') {
			throw error;
		}
	}

	return 'gone';
};

const linesOf = (event: MeshEvent, colors: boolean): readonly string[] => {
	switch (event.kind) {
		case 'diagnostics':
			return event.diagnostics.length === 0
				? ['the config file is in order again']
				: [formatDiagnostics(event.diagnostics, {colors}).trimEnd()];
		case 'notice':
			return [event.message];
		case 'failed':
			return [`${event.instance} failed: ${event.message}`, ...event.lastLines.map(line => `  ${line}`)];
		case 'stopping':
			return ['stopping'];
		case 'plan':
		case 'instance':
		case 'revision':
		case 'ready':
			return [];
	}
};
