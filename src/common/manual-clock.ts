// A clock that stands still until a test moves it.
import {type Clock, createClock} from './clock.ts';
import {type Milliseconds, ms} from './units.ts';

export interface ManualClock extends Clock {
	/** Moves time on, firing what falls due in its order, and lets promises settle in between. */
	readonly advance: (span: Milliseconds) => Promise<void>;
	/** How many timers wait. */
	readonly pending: () => number;
}

/** Creates a clock at 0 whose wall time starts at the given moment. */
export const createManualClock = (wallStart = Date.UTC(2026, 0, 1)): ManualClock => {
	let now = 0;
	const timers = new Set<{readonly due: number; readonly callback: () => void}>();
	const clock = createClock({
		now: () => ms(now),
		wall: () => wallStart + now,
		after: (span, callback) => {
			const timer = {due: now + span, callback};
			timers.add(timer);
			return () => timers.delete(timer);
		},
	});
	const advance = async (span: Milliseconds) => {
		const end = now + span;
		await settle();
		for (;;) {
			const next = [...timers].filter(timer => timer.due <= end).sort((a, b) => a.due - b.due)[0];
			if (!next) {
				break;
			}

			timers.delete(next);
			now = Math.max(now, next.due);
			next.callback();
			await settle();
		}

		now = end;
		await settle();
	};

	return {...clock, advance, pending: () => timers.size};
};

const settle = () => new Promise<void>(resolve => setImmediate(resolve));
