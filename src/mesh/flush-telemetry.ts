// Asks the proxies for their newest numbers and records, and waits until they have come.
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import type {FromProxy, ToProxy} from '../model/control-message.ts';

export interface TelemetryFlush {
	/** Resolves when everything that had ended before has arrived, or when a proxy does not answer in time. */
	readonly flush: () => Promise<void>;
	readonly take: (message: Extract<FromProxy, {readonly kind: 'flushed'}>, home: string) => void;
	/** Nobody waits for this proxy any more. */
	readonly lost: (home: string) => void;
}

export interface TelemetryFlushParts {
	readonly clock: Clock;
	/** The connected ones. */
	readonly homes: () => readonly string[];
	readonly send: (message: ToProxy, home: string) => void;
}

// Somebody waits for the answer; a proxy under load gives its numbers a little later.
const limit = ms(1000);

/** Creates what asks. */
export const createTelemetryFlush = ({clock, homes, send}: TelemetryFlushParts): TelemetryFlush => {
	const open = new Map<number, {readonly missing: Set<string>; readonly settle: () => void}>();
	let next = 1;
	const cross = (id: number, home: string): void => {
		const asked = open.get(id);
		asked?.missing.delete(home);
		if (asked?.missing.size === 0) {
			asked.settle();
		}
	};

	return {
		flush: () => {
			const missing = new Set(homes());
			if (missing.size === 0) {
				return Promise.resolve();
			}

			return new Promise(resolve => {
				const id = next++;
				const settle = (): void => {
					cancel();
					open.delete(id);
					resolve();
				};

				const cancel = clock.after(limit, settle);
				open.set(id, {missing, settle});
				for (const home of [...missing]) {
					send({kind: 'flush', id}, home);
				}
			});
		},
		take: ({id}, home) => cross(id, home),
		lost: home => {
			for (const id of [...open.keys()]) {
				cross(id, home);
			}
		},
	};
};
