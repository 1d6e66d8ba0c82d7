// Keeps spans until their receiver has taken them. Jaeger may start after the first requests, and may be gone for a while.
import type {Clock} from '../../common/clock.ts';
import {ms} from '../../common/units.ts';
import type {MeshSpan} from '../../model/mesh-span.ts';
import type {SpanExporter} from './span-exporter.ts';

export interface SpanQueue {
	readonly add: (spans: readonly MeshSpan[]) => void;
	/** How many were thrown away, since nobody took them in time. */
	readonly dropped: () => number;
	/** Tries once more, then closes the exporter. */
	readonly close: () => Promise<void>;
}

export interface SpanQueueParts {
	readonly exporter: SpanExporter;
	readonly clock: Clock;
	/** The receiver does not take spans, or does again (undefined). */
	readonly onTrouble: (problem: string | undefined) => void;
}

const most = 20_000;
const batch = 500;
const interval = ms(500);
const longestPause = 10_000;

/** Creates an empty queue. */
export const createSpanQueue = ({exporter, clock, onTrouble}: SpanQueueParts): SpanQueue => {
	let waiting: readonly MeshSpan[] = [];
	let dropped = 0;
	let failures = 0;
	let isClosed = false;
	let cancel: (() => void) | undefined;
	let work = Promise.resolve();

	const keep = (spans: readonly MeshSpan[]): void => {
		waiting = spans.slice(-most);
		dropped += spans.length - waiting.length;
	};

	/** Gives whether the receiver took everything. */
	const send = async (): Promise<boolean> => {
		while (waiting.length > 0) {
			const piece = waiting.slice(0, batch);
			waiting = waiting.slice(batch);
			try {
				await exporter.export(piece);
			} catch (error) {
				keep([...piece, ...waiting]);
				failures++;
				if (failures === 1) {
					onTrouble(error instanceof Error ? error.message : String(error));
				}

				return false;
			}

			if (failures > 0) {
				failures = 0;
				onTrouble(undefined);
			}
		}

		return true;
	};

	const sendSoon = (): void => {
		const pause = Math.min(longestPause, interval * 2 ** Math.min(failures, 10));
		cancel ??= clock.after(ms(pause), () => {
			work = send().then(() => {
				cancel = undefined;
				if (waiting.length > 0 && !isClosed) {
					sendSoon();
				}
			});
		});
	};

	return {
		add: spans => {
			if (spans.length > 0 && !isClosed) {
				keep([...waiting, ...spans]);
				sendSoon();
			}
		},
		dropped: () => dropped,
		close: async () => {
			isClosed = true;
			cancel?.();
			await work;
			await send();
			dropped += waiting.length;
			await exporter.close();
		},
	};
};
