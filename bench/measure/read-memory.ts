// How much memory a process takes.
import {readFile} from 'node:fs/promises';

export interface Memory {
	/** All pages that it has. */
	readonly rssMiB: number;
	/** Shared pages count by their share. */
	readonly pssMiB: number;
}

/** Reads the memory of a process and its children together. */
export const readMemory = async (pid: number): Promise<Memory> => {
	const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
	const pids = [pid, ...children.split(' ').filter(Boolean).map(Number)];
	const all = await Promise.all(pids.map(async id => parseRollup(await readFile(`/proc/${id}/smaps_rollup`, 'utf8'))));
	return {
		rssMiB: all.reduce((sum, {rssMiB}) => sum + rssMiB, 0),
		pssMiB: all.reduce((sum, {pssMiB}) => sum + pssMiB, 0),
	};
};

/** Reads the text of `/proc/<pid>/smaps_rollup`. Throws when it is none. */
export const parseRollup = (text: string): Memory => {
	const find = (key: string): number => {
		const kibibytes = new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
		if (kibibytes === undefined) {
			throw new Error(`smaps_rollup has no ${key}:\n${text}`);
		}

		return Number(kibibytes) / 1024;
	};

	return {rssMiB: find('Rss'), pssMiB: find('Pss')};
};
