// Runs a sidecar as the process itself: in a container there is one, and who replaces it starts the container again.
import type {Clock} from '../common/clock.ts';
import type {LineWriter} from './line-writer.ts';
import {createLocalSidecar} from './local-sidecar.ts';
import {createNamesCompanion} from './names-companion.ts';
import {processLoad} from './read-load.ts';
import type {RunSidecar} from './running-sidecar.ts';

export interface InProcessParts {
	readonly clock: Clock;
	readonly lines: LineWriter;
	/** Ends the process so that it is started again. */
	readonly exit: () => void;
}

/** Gives what runs a sidecar here. The wall clock keeps its numbers apart from those before a restart: in a container, the process id is always the same. */
export const runInProcess = ({clock, lines, exit}: InProcessParts): RunSidecar => {
	let nextNumber = clock.wall();
	return (sidecar, {onAccepted, onRefused, onStats, onRecords}) => {
		const number = nextNumber++;
		const local = createLocalSidecar({
			sidecar,
			clock,
			lines,
			onAccepted,
			onRefused,
			readLoad: processLoad(clock),
			onStats: stats => onStats(number, stats),
			onRecords,
			companion: createNamesCompanion(clock),
		});
		return {...local, flush: async () => local.flush(), restart: exit};
	};
};
