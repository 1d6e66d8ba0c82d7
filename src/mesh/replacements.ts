// Keeps account of instances that are replaced: those that somebody asks for, and those that are between their end and their next start.
import type {Runtime} from '../runtime/runtime.ts';

export interface Replacements {
	/** From now on until it is stopped or cannot be replaced, a plan replaces it for this reason. */
	readonly ask: (id: string, cause: string) => void;
	readonly asked: () => ReadonlyMap<string, string>;
	/** It is stopped now, to be started again. */
	readonly begin: (id: string) => void;
	/** Whether it is yet to be stopped, and answers what it was asked before. */
	readonly isLeaving: (id: string) => boolean;
	/** It came to nothing. */
	readonly giveUp: (id: string) => void;
	/** Whether it is about to be back: its callers wait for it. */
	readonly isUnderWay: (id: string) => boolean;
	readonly close: () => void;
}

/** Creates the account; nothing is replaced yet. */
export const createReplacements = (runtime: Pick<Runtime, 'on'>): Replacements => {
	const asked = new Map<string, string>();
	const leaving = new Set<string>();
	const underWay = new Set<string>();
	const close = runtime.on(event => {
		if (event.kind !== 'instance') {
			return;
		}

		leaving.delete(event.id);
		if (event.state !== 'stopping' && event.state !== 'stopped') {
			underWay.delete(event.id);
		}
	});
	return {
		ask: (id, cause) => asked.set(id, cause),
		asked: () => asked,
		begin: id => {
			asked.delete(id);
			leaving.add(id);
			underWay.add(id);
		},
		isLeaving: id => leaving.has(id),
		giveUp: id => {
			asked.delete(id);
			leaving.delete(id);
			underWay.delete(id);
		},
		isUnderWay: id => underWay.has(id),
		close,
	};
};
