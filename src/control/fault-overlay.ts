// The faults that people add to a running mesh, each until it is cleared or its time is over.
import type {Clock} from '../common/clock.ts';
import {type Milliseconds, ms} from '../common/units.ts';
import type {FaultConfig} from '../model/mesh-config.ts';

export interface RunningFault {
	readonly fault: FaultConfig;
	/** Wall-clock milliseconds since 1970 at which it ends; undefined: when it is cleared. */
	readonly until: number | undefined;
	/** For how long it was added, and is renewed each time, in milliseconds; absent: until it is cleared. */
	readonly spanMs?: number;
}

export interface FaultOverlay {
	readonly list: () => readonly RunningFault[];
	readonly add: (fault: FaultConfig, span: Milliseconds | undefined) => RunningFault;
	/** Lets one last as long again from now on. Undefined when there is none of that id; one that lasts until it is cleared stays as it is. */
	readonly renew: (id: string) => RunningFault | undefined;
	/** Clears one, or all. Returns how many. */
	readonly clear: (id?: string) => number;
	/** Cancels the timers. */
	readonly close: () => void;
}

/** Creates the overlay with what was left of a former one; calls back whenever the list has changed, by whatever cause; a renewal changes nothing for the sidecars. */
export const createFaultOverlay = (
	saved: readonly RunningFault[],
	clock: Clock,
	onChange: (faults: readonly RunningFault[]) => void,
	/** The same faults last longer. */
	onRenewal: () => void = () => {},
): FaultOverlay => {
	const running = new Map<string, {readonly entry: RunningFault; readonly cancel: () => void}>();
	const list = () => [...running.values()].map(({entry}) => entry);
	const remove = (id: string): boolean => {
		running.get(id)?.cancel();
		return running.delete(id);
	};

	const place = (entry: RunningFault): void => {
		const {id} = entry.fault;
		remove(id);
		const expire = () => {
			remove(id);
			onChange(list());
		};

		const cancel =
			entry.until === undefined ? () => {} : clock.after(ms(Math.max(0, entry.until - clock.wall())), expire);
		running.set(id, {entry, cancel});
	};

	for (const entry of saved) {
		if (entry.until === undefined || entry.until > clock.wall()) {
			place(entry);
		}
	}

	return {
		list,
		add: (fault, span) => {
			const entry = span === undefined ? {fault, until: undefined} : {fault, until: clock.wall() + span, spanMs: span};
			place(entry);
			onChange(list());
			return entry;
		},
		renew: id => {
			const known = running.get(id)?.entry;
			if (known?.spanMs === undefined) {
				return known;
			}

			const entry = {...known, until: clock.wall() + known.spanMs};
			place(entry);
			onRenewal();
			return entry;
		},
		clear: id => {
			const ids = id === undefined ? [...running.keys()] : [id];
			const count = ids.filter(remove).length;
			if (count > 0) {
				onChange(list());
			}

			return count;
		},
		close: () => {
			for (const {cancel} of running.values()) {
				cancel();
			}
		},
	};
};
