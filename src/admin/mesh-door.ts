// What the API needs of a running mesh; `mesh/` provides it.
import type {
	AcceptedConfig,
	CertificateStatus,
	EndpointStatus,
	LogLine,
	PlanResult,
	ReloadResult,
	RestartResult,
	Revision,
	RouteExplanation,
} from '../model/api.ts';
import type {Diagnostic} from '../model/diagnostic.ts';
import type {MeshEvent} from '../model/mesh-event.ts';
import type {Trace} from '../model/mesh-span.ts';
import type {FaultStatus, MeshStatus} from '../model/mesh-status.ts';
import type {RequestList, RequestQuery} from '../model/request-summary.ts';
import type {ToolName} from '../model/tool.ts';

export interface LogQuery {
	/** A service's name or an instance's id; absent: all. */
	readonly service?: string;
	readonly lines: number;
	readonly follow: boolean;
	readonly signal: AbortSignal;
}

export interface FaultResult {
	/** Absent when a diagnostic is an error. */
	readonly fault: FaultStatus | undefined;
	readonly diagnostics: readonly Diagnostic[];
}

export interface MeshDoor {
	readonly status: () => MeshStatus;
	/** The accepted config, as devmesh understands it. */
	readonly config: () => AcceptedConfig;
	/** The newest publications, oldest first. */
	readonly revisions: () => readonly Revision[];
	/** Of all services, as their callers know them. */
	readonly endpoints: () => readonly EndpointStatus[];
	/** The events that tell a newcomer how things stand. */
	readonly replay: () => readonly MeshEvent[];
	/** Adds a listener. Returns what removes it. */
	readonly onEvent: (listener: (event: MeshEvent) => void) => () => void;
	/** Of one service, or of all; undefined when there is no such service. */
	readonly routes: (service?: string) => readonly RouteExplanation[] | undefined;
	/** Adds a fault to the running mesh; the input is one fault as YAML has it, with `for` for how long. */
	readonly addFault: (input: unknown) => Promise<FaultResult>;
	/** Lets a fault that was added for a time last as long again. Undefined when there is none. */
	readonly renewFault: (id: string) => Promise<FaultStatus | undefined>;
	/** Clears one fault of the running mesh, or all. Returns how many. */
	readonly clearFaults: (id?: string) => Promise<number>;
	/** In Prometheus' text format, as the proxies count now. */
	readonly metrics: () => Promise<string>;
	readonly requests: (query: RequestQuery) => Promise<RequestList>;
	/** Undefined when no request of it is known. */
	readonly trace: (traceId: string) => Promise<Trace | undefined>;
	readonly certificates: () => readonly CertificateStatus[];
	readonly logs: (query: LogQuery) => AsyncIterable<LogLine>;
	/** Reads the config again and resolves when its revision was taken by every sidecar, or refused. */
	readonly reload: (options?: {readonly build?: boolean}) => Promise<ReloadResult>;
	/** Makes a service's instances anew, or one of them, and resolves when they were started or could not be. Undefined when there is none of that name. */
	readonly restart: (name: string) => Promise<RestartResult | undefined>;
	/** What the file would change now. */
	readonly plan: () => Promise<PlanResult>;
	/** Begins to bring the mesh down. */
	readonly down: () => void;
	/** Replaces the worker of a sidecar. False when there is none of that name. */
	readonly restartSidecar: (sidecar: string) => boolean;
	/** The base address of a tool that is ready; or, in words, why it has no pages. */
	readonly pagesOf: (tool: ToolName) => {readonly url: string} | {readonly problem: string};
}
