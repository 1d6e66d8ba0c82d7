// What a sidecar costs: the thread, or the process that is the sidecar.
import process from 'node:process';
import {getHeapStatistics} from 'node:v8';
import type {Clock} from '../common/clock.ts';
import type {SidecarLoad} from '../telemetry/request-stats.ts';

export type ReadLoad = () => Omit<SidecarLoad, 'droppedRecords'>;

/** Gives what reads the load of the thread that asks. */
export const threadLoad = (clock: Clock): ReadLoad => {
	const startedAt = clock.wall() / 1000;
	return () => ({cpuSeconds: seconds(process.threadCpuUsage()), heapBytes: heapBytes(), startedAt});
};

/** Gives what reads the load of the whole process. */
export const processLoad = (clock: Clock): ReadLoad => {
	const startedAt = clock.wall() / 1000;
	return () => ({
		cpuSeconds: seconds(process.cpuUsage()),
		heapBytes: heapBytes(),
		residentBytes: process.memoryUsage.rss(),
		startedAt,
	});
};

const seconds = ({user, system}: NodeJS.CpuUsage): number => (user + system) / 1e6;

const heapBytes = (): number => getHeapStatistics().used_heap_size;
