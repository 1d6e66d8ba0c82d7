// An instance as a local process with its group.
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import type {DesiredInstance} from '../model/desired-state.ts';
import type {HealthConfig} from '../model/mesh-config.ts';
import {awaitExit} from './await-exit.ts';
import type {InstanceBody} from './instance-body.ts';
import {instanceName, stopMarked} from './marked-processes.ts';
import {probe} from './probe.ts';
import {stopGroup} from './process-group.ts';
import {processStartTime, startTimeOfEnded} from './process-start-time.ts';
import {spawnInGroup} from './spawn-in-group.ts';

export interface ProcessBodyTools {
	readonly clock: Clock;
	/** All that the process gets, besides what the instance says. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly logFile: string;
	/** What its processes are found by, see `marked-processes.ts`. */
	readonly mark: string;
}

const straysGrace = ms(1000);

/** Creates the body; nothing runs yet. */
export const createProcessBody = (
	instance: DesiredInstance,
	health: HealthConfig,
	{clock, environment, logFile, mark}: ProcessBodyTools,
): InstanceBody => {
	// Also one that has no such variable of its own is known by it.
	const env = {...environment, [instanceName]: instance.id, ...instance.env};
	let release = () => {};
	return {
		start: async () => {
			const spawned = await spawnInGroup({
				command: instance.command,
				workdir: instance.workdir,
				env,
				logFile,
				name: instance.id,
			});
			release = spawned.unref;
			const startTime = (await processStartTime(spawned.pid)) ?? (await startTimeOfEnded());
			return {record: {pid: spawned.pid, startTime, logStart: spawned.logStart}, exit: spawned.exit};
		},
		awaitExit: ({pid, startTime}, signal) => awaitExit(pid, startTime, clock, signal),
		ask: logStart =>
			probe(health.probe, {
				port: instance.appPort,
				workdir: instance.workdir,
				env,
				logFile,
				logStart,
				timeoutMs: health.timeoutMs,
				clock,
			}),
		// What it started must not live on beside its successor, nor hold its port.
		clear: ({pid}) => stopGroup(pid, ms(0), clock),
		stop: async record => {
			if (record && record.pid !== 0) {
				await stopGroup(record.pid, instance.stopGraceMs, clock);
			}

			// What left the group on the way.
			await stopMarked(mark, ({environment: theirs}) => theirs.get(instanceName) === instance.id, straysGrace, clock);
		},
		release: () => release(),
	};
};
