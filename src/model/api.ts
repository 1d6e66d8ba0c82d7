// The shapes that only the API has; the rest it shares with the model.
import type {Diagnostic} from './diagnostic.ts';
import type {Plan} from './plan.ts';
import type {EndpointState} from './snapshot.ts';

/** Where a running mesh's API is found: `api.json` in its state folder, readable by its user alone. */
export interface ApiAddress {
	/** `http://127.0.0.1:<port>`. */
	readonly url: string;
	/** Sent as `authorization: Bearer <token>`. */
	readonly token: string;
	/** Of the control plane. */
	readonly pid: number;
	/** When that process started, as the system says it: tells it apart from a later one of the same number. */
	readonly processStart: string;
	/** ISO time. */
	readonly startedAt: string;
}

export interface RouteExplanation {
	readonly service: string;
	/** One sentence a route, in the order in which they are tried; then one a fault and one a policy. */
	readonly lines: readonly string[];
}

export interface CertificateStatus {
	/** A sidecar's name, a host of the gateway, `mesh root` or `user root`. */
	readonly holder: string;
	/** The SPIFFE id or the host name. */
	readonly name: string;
	readonly notBefore: string;
	readonly notAfter: string;
	/** SHA-256 of the DER, in colon-separated upper-case hex. */
	readonly fingerprint: string;
}

export interface AcceptedConfig {
	/** Absolute. */
	readonly file: string;
	/** The newest published revision. */
	readonly revision: number;
	/** Units as numbers, everything named that the file left out. Its shape may change with any version. */
	readonly config: unknown;
}

export interface Revision {
	readonly revision: number;
	/** ISO time. */
	readonly publishedAt: string;
	/** What was refused by a sidecar, in one sentence each; empty when all have taken it, or have not answered yet. */
	readonly refusals: readonly string[];
}

export interface EndpointStatus {
	/** An instance, or the host of an external service. */
	readonly id: string;
	readonly service: string;
	readonly version: string;
	/** Whether requests are sent to it: `starting` ones wait, `down` ones go elsewhere. */
	readonly state: EndpointState;
	readonly address: string;
	readonly port: number;
	readonly transport: 'mtls' | 'plain' | 'tls';
}

/** How many faults were cleared. */
export interface Removed {
	readonly removed: number;
}

export interface LogLine {
	readonly instance: string;
	readonly line: string;
}

export interface ReloadResult {
	readonly revision: number;
	readonly accepted: boolean;
	/** Of images that could not be built anew, when that was asked for: their instances go on as they are. */
	readonly failures?: readonly InstanceFailure[];
	readonly diagnostics: readonly Diagnostic[];
}

export interface InstanceFailure extends ApiProblem {
	readonly instance: string;
}

export interface RestartResult {
	/** Their ids. */
	readonly instances: readonly string[];
	/** Why some of them run as before, or not at all. */
	readonly failures: readonly InstanceFailure[];
}

export interface PlanResult {
	/** One line an operation, with its cause. */
	readonly lines: readonly string[];
	readonly plan: Plan;
	readonly diagnostics: readonly Diagnostic[];
}

/** Every refusal of the API has this body. */
export interface ApiProblem {
	readonly code: string;
	readonly message: string;
	readonly remedy: string;
}
