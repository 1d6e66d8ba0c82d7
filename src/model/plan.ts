// The list of operations that makes the machine look as wanted; each has a cause that people can read.
import type {DesiredInstance} from './desired-state.ts';
import type {DependencyConfig} from './mesh-config.ts';

export type Operation =
	| {
			readonly kind: 'start-instance';
			readonly instance: DesiredInstance;
			readonly after: readonly DependencyConfig[];
			readonly cause: string;
	  }
	| {
			readonly kind: 'replace-instance';
			readonly instance: DesiredInstance;
			readonly after: readonly DependencyConfig[];
			readonly cause: string;
	  }
	| {readonly kind: 'stop-instance'; readonly id: string; readonly cause: string};

export interface Plan {
	readonly operations: readonly Operation[];
	/** How many instances stay as they are. */
	readonly unchanged: number;
}
