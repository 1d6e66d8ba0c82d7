// Shows what happens in a mesh: a block with every instance while something starts or stops, single lines otherwise.
import {assertNever} from '../../common/assert-never.ts';
import {formatDiagnostics} from '../../config/format-diagnostics.ts';
import type {MeshEvent} from '../../model/mesh-event.ts';
import {formatTool} from './format-tool.ts';
import {createProgress} from './progress.ts';
import type {Terminal} from './terminal.ts';

export interface EventDisplay {
	readonly take: (event: MeshEvent) => void;
	/** Leaves the block as it stands, or takes it away. */
	readonly end: (isKept: boolean) => void;
}

export interface DisplayOptions {
	readonly terminal: Terminal;
	readonly colors: boolean;
}

/** Creates the display of a mesh that is about to start or to stop. */
export const createEventDisplay = ({terminal, colors}: DisplayOptions): EventDisplay => {
	const progress = createProgress();
	let isBusy = true;
	let wasReady = false;
	const show = (lines: readonly string[]): void => {
		for (const line of lines) {
			terminal.line(line);
		}
	};

	return {
		end: terminal.endBlock,
		take: event => {
			switch (event.kind) {
				case 'plan':
					isBusy = true;
					// Of the first start, the progress tells the same.
					show(wasReady ? event.lines : []);
					break;
				case 'instance': {
					const line = progress.take(event);
					if (isBusy && terminal.isLive) {
						terminal.block(progress.lines(terminal.room()));
					} else {
						show(line === undefined ? [] : [line]);
					}

					break;
				}

				case 'ready':
					isBusy = false;
					wasReady = true;
					terminal.endBlock(true);
					break;
				case 'reloaded':
					show(event.accepted ? [`reloaded: every sidecar is on revision ${event.revision}`] : []);
					break;
				case 'diagnostics':
					show([
						event.diagnostics.length === 0
							? 'the config file is in order again'
							: formatDiagnostics(event.diagnostics, {colors}).trimEnd(),
					]);
					break;
				case 'tool':
					// Of one that just starts there is nothing to say yet.
					show(event.status.state === 'starting' ? [] : formatTool(event.status));
					break;
				case 'notice':
					show(event.message.split('\n'));
					break;
				case 'failed':
					show([
						`${event.instance} failed: ${event.message}`,
						...[...event.lastLines, ...(event.advice ? [event.advice.remedy] : [])].map(line => `  ${line}`),
					]);
					break;
				case 'stopping':
					isBusy = true;
					show(['stopping …']);
					break;
				case 'revision':
					break;
				default:
					assertNever(event);
			}
		},
	};
};
