// Ends what a mesh without a control plane has left running.
import type {Clock} from '../common/clock.ts';
import {readJson} from '../common/read-json.ts';
import {type Milliseconds, ms} from '../common/units.ts';
import type {ProcessRecord, SavedProcesses} from './instance-record.ts';
import {stopMarked} from './marked-processes.ts';
import {stopGroup} from './process-group.ts';
import {processStartTime} from './process-start-time.ts';

/** Stops the instances, then the proxy process, then whoever was not written down; whoever takes longer than the grace is killed. */
export const stopLeftBehind = async (
	processesFile: string,
	clock: Clock,
	longestGrace: Milliseconds = ms(Number.POSITIVE_INFINITY),
): Promise<void> => {
	const within = (grace: Milliseconds): Milliseconds => ms(Math.min(grace, longestGrace));
	const end = async (record: ProcessRecord, grace: Milliseconds): Promise<void> => {
		// The number may be another process's by now.
		if (record.pid !== 0 && (await processStartTime(record.pid)) === record.startTime) {
			await stopGroup(record.pid, within(grace), clock);
		}
	};

	const {instances = [], proxy} = (await readJson<SavedProcesses>(processesFile)) ?? {};
	await Promise.all(instances.map(record => end(record, record.instance.stopGraceMs)));
	if (proxy) {
		await end(proxy, ms(5000));
	}

	await stopMarked(processesFile, () => true, within(ms(1000)), clock);
};
