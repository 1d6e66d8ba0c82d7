// How much the containers of the apps use: one look at each now and then, so that it costs the engine next to nothing.
import type Dockerode from 'dockerode';
import type {Clock} from '../../common/clock.ts';
import {ms} from '../../common/units.ts';
import type {ContainerUsage} from '../../model/mesh-status.ts';
import {instanceLabel, type MeshName, meshLabel, roleLabel} from './labels.ts';

export interface UsageWatch {
	/** Of an instance's app; undefined before the second look. */
	readonly of: (instance: string) => ContainerUsage | undefined;
	readonly close: () => void;
}

interface Look {
	readonly container: string;
	/** Nanoseconds of CPU so far. */
	readonly cpu: number;
	readonly at: number;
	readonly usage?: ContainerUsage;
}

const interval = ms(5000);

/** Starts to look; what the engine does not answer is left out. */
export const createUsageWatch = (docker: Dockerode, mesh: Pick<MeshName, 'id'>, clock: Clock): UsageWatch => {
	const life = new AbortController();
	let looks: ReadonlyMap<string, Look> = new Map();

	const lookAt = async (instance: string, container: string): Promise<readonly [string, Look]> => {
		const {cpu_stats: cpu, memory_stats: memory} = await docker
			.getContainer(container)
			.stats({stream: false, 'one-shot': true});
		const used = cpu.cpu_usage.total_usage;
		const at = clock.now();
		const before = looks.get(instance);
		// As docker's command line counts it: what the kernel may drop at any time is no memory of the app.
		const stats = memory.stats as Readonly<Record<string, number>> | undefined;
		const dropped = stats?.['inactive_file'] ?? stats?.['total_inactive_file'] ?? 0;
		const usage = before?.container === container &&
			at > before.at && {
				cpus: Math.max(0, (used - before.cpu) / 1e6 / (at - before.at)),
				memoryBytes: Math.max(0, (memory.usage ?? 0) - dropped),
			};
		return [instance, {container, cpu: used, at, ...(usage && {usage})}];
	};

	const lookAtAll = async (): Promise<void> => {
		const apps = await docker.listContainers({
			filters: {label: [`${meshLabel}=${mesh.id}`, `${roleLabel}=app`], status: ['running']},
		});
		const seen = await Promise.allSettled(apps.map(({Id, Labels}) => lookAt(Labels[instanceLabel] ?? '', Id)));
		looks = new Map(seen.flatMap(result => (result.status === 'fulfilled' ? [result.value] : [])));
	};

	const watch = async (): Promise<void> => {
		while (!life.signal.aborted) {
			// The engine is away: what was seen last says nothing of now.
			await lookAtAll().catch(() => {
				looks = new Map();
			});
			await clock.sleep(interval, life.signal);
		}
	};

	watch().catch(() => {
		// Closed.
	});
	return {of: instance => looks.get(instance)?.usage, close: () => life.abort()};
};
