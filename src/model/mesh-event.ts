// What happens in a mesh, as it happens: the API streams these, the terminal shows them.
import type {Advice} from './advice.ts';
import type {Diagnostic} from './diagnostic.ts';
import type {IngressUrl} from './mesh-status.ts';
import type {InstanceState} from './observed-state.ts';
import type {ToolStatus} from './tool.ts';

export type MeshEvent =
	/** What is about to be done, in words, one line an operation. */
	| {readonly kind: 'plan'; readonly lines: readonly string[]}
	| {
			readonly kind: 'instance';
			readonly instance: string;
			readonly service: string;
			readonly state: InstanceState;
			/** What a start waits for: `tcp/5432: connection refused`, `db to be healthy`. */
			readonly waitingFor?: string;
			/** Why it ended, or the like: `exited with 1; starting again in 2 s`. */
			readonly note?: string;
			readonly advice?: Advice;
			/** How long it has been in this state, in milliseconds. */
			readonly forMs: number;
	  }
	/** A revision was published, or a sidecar took it. */
	| {readonly kind: 'revision'; readonly revision: number; readonly accepted: number; readonly of: number}
	/** The file was read again, on a save or when asked to; accepted when every sidecar has taken the revision. */
	| {readonly kind: 'reloaded'; readonly revision: number; readonly accepted: boolean}
	/** A save was refused (some are errors) or taken with warnings; empty when all is well again. */
	| {readonly kind: 'diagnostics'; readonly diagnostics: readonly Diagnostic[]}
	/** A tool started, is ready, or is not to be had. */
	| {readonly kind: 'tool'; readonly status: ToolStatus}
	/** A part of the mesh was lost or came back, in words. */
	| {readonly kind: 'notice'; readonly message: string}
	/** Everything that should be ready is, for the first time after a change. */
	| {readonly kind: 'ready'; readonly urls: readonly IngressUrl[]}
	/** Something did not become ready; the mesh goes on without it. */
	| {
			readonly kind: 'failed';
			readonly instance: string;
			readonly message: string;
			readonly lastLines: readonly string[];
			readonly advice?: Advice;
	  }
	| {readonly kind: 'stopping'};
