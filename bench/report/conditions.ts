// Under which conditions something was measured.
import os from 'node:os';
import process from 'node:process';

export interface Conditions {
	/** ISO time. */
	readonly startedAt: string;
	readonly seconds: number;
	/** Of the last minute: how many programs wanted a core. Before the part, and after it, when its own are among them. */
	readonly loadBefore: number;
	readonly loadAfter: number;
	readonly machine: string;
}

/** Begins to watch; gives what says how it was. */
export const watchConditions = (): (() => Conditions) => {
	const begin = performance.now();
	const startedAt = new Date().toISOString();
	const [loadBefore = 0] = os.loadavg();
	return () => ({
		startedAt,
		seconds: (performance.now() - begin) / 1000,
		loadBefore,
		loadAfter: os.loadavg()[0] ?? 0,
		machine: machine(),
	});
};

const machine = (): string =>
	`${os.cpus().length} × ${os.cpus()[0]?.model.trim()}, ${os.type()} ${os.release()}, Node ${process.versions.node}`;

/** Gives a line of Markdown. */
export const renderConditions = ({startedAt, seconds, loadBefore, loadAfter, machine}: Conditions): string =>
	`*${startedAt.slice(0, 16).replace('T', ' ')} UTC, ${Math.round(seconds)} s; load average ${loadBefore.toFixed(2)} before, ${loadAfter.toFixed(2)} after; ${machine}.*`;
