// One line of JSON per event, written where the caller says.
import type {Clock} from './clock.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Log {
	readonly write: (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;
	/** Gives a log whose every line carries the fields. */
	readonly with: (fields: Readonly<Record<string, unknown>>) => Log;
}

/** Creates a log that hands whole lines, newline included, to the sink. */
export const createLog = (
	sink: (line: string) => void,
	clock: Clock,
	common: Readonly<Record<string, unknown>> = {},
): Log => ({
	write: (level, message, fields) => {
		const time = new Date(clock.wall()).toISOString();
		sink(`${JSON.stringify({time, level, message, ...common, ...fields})}\n`);
	},
	with: fields => createLog(sink, clock, {...common, ...fields}),
});

/** A log that keeps nothing, for tests. */
export const silentLog: Log = {write: () => {}, with: () => silentLog};
