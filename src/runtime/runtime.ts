// How services are run: the only thing that the rest of devmesh knows of processes and containers.
import type {Advice} from '../model/advice.ts';
import type {LogLine} from '../model/api.ts';
import type {DesiredInstance} from '../model/desired-state.ts';
import type {InstanceState, ObservedState} from '../model/observed-state.ts';

/** Something changed by itself or by a call; `observe` already tells the new state. */
export type RuntimeEvent =
	| {
			readonly kind: 'instance';
			readonly id: string;
			readonly service: string;
			readonly state: InstanceState;
			/** What a start waits for: `tcp/5432: connection refused`. */
			readonly waitingFor?: string;
			/** Why it ended, or the like: `exited with 1; starting again in 2 s`. */
			readonly note?: string;
			readonly advice?: Advice;
			/** How long it has been in this state, in milliseconds. */
			readonly forMs: number;
			/** The end of its log, when it failed. */
			readonly lastLines?: readonly string[];
	  }
	/** The proxy process ended without having been asked to. */
	| {readonly kind: 'proxy-lost'; readonly reason: string};

export interface LogRequest {
	/** A service's name or an instance's id; absent: all instances. */
	readonly service?: string;
	/** How many of the last lines of each instance to begin with. */
	readonly lines: number;
	/** True: goes on with new lines until the signal is aborted. */
	readonly follow: boolean;
	readonly signal: AbortSignal;
}

export interface Runtime {
	/** Finds what a former control plane left running, and takes it over. Call it once, first. */
	readonly adopt: () => Promise<ObservedState>;
	readonly observe: () => ObservedState;
	/** Begins what can be done while an instance waits for its dependencies. */
	readonly prepare?: (instance: DesiredInstance) => void;
	/** Lets running instances call services that came or changed since they were started. */
	readonly refresh?: (instances: readonly DesiredInstance[]) => Promise<void>;
	/** Gets what an instance is made of: finds, pulls or builds its image. Throws MeshError. */
	readonly fetch?: (instance: DesiredInstance) => Promise<void>;
	/** Builds the image of an instance that runs. True: it runs in another one. Throws MeshError. */
	readonly isOutdated?: (instance: DesiredInstance) => Promise<boolean>;
	/** Starts an instance and its probes; resolves once its process runs. Restarts it by itself from then on. Throws MeshError. */
	readonly start: (instance: DesiredInstance) => Promise<void>;
	/** Stops an instance with its whole process group and forgets it; resolves when it is gone. Unknown ids are no error. */
	readonly stop: (id: string) => Promise<void>;
	/** Starts the proxy process from its bootstrap file. Throws MeshError. */
	readonly startProxy: (bootstrapFile: string) => Promise<void>;
	readonly stopProxy: () => Promise<void>;
	/** Adds a listener. Returns what removes it. */
	readonly on: (listener: (event: RuntimeEvent) => void) => () => void;
	readonly logs: (request: LogRequest) => AsyncIterable<LogLine>;
	/** Lets go of everything and leaves it running: timers, probes and files are closed. */
	readonly detach: () => Promise<void>;
}
