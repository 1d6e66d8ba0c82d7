// What runs on this machine.

export interface ObservedState {
	readonly instances: readonly ObservedInstance[];
	/** The proxy process, when it runs. */
	readonly proxy: {readonly pid: number} | undefined;
}

export interface ObservedInstance {
	readonly id: string;
	readonly service: string;
	/** 0 while no process runs. */
	readonly pid: number;
	readonly digest: string;
	readonly appPort: number;
	readonly state: InstanceState;
	/** What is in the way, when that is known. */
	readonly waitingFor?: string;
}

/**
 * `waiting` for its dependencies; `starting` until its probe succeeds; `ready`; `paused` while somebody has paused its container; `restarting` after an exit, until its back-off is over;
 * `completed` for a job that ended with 0; `failed` when it is not started again; `stopping`; `stopped`.
 */
export type InstanceState =
	| 'waiting'
	| 'starting'
	| 'ready'
	| 'paused'
	| 'restarting'
	| 'completed'
	| 'failed'
	| 'stopping'
	| 'stopped';
