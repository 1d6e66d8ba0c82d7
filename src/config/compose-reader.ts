// What a config takes over from compose files. The reader itself is handed in: it knows more than a config may.
import type {Diagnostic} from '../model/diagnostic.ts';
import type {AuthorizationConfig, WorkloadConfig} from '../model/mesh-config.ts';
import type {Variables} from './interpolate.ts';
import type {PlacedParts} from './place-finding.ts';

export interface ComposeRequest {
	/** At least one; absolute. Later ones are laid over earlier ones. */
	readonly files: readonly {readonly path: string; readonly placed: PlacedParts}[];
	/** Active ones, beside those of COMPOSE_PROFILES. */
	readonly profiles: readonly string[];
	/** That people are told file names from, absolute. */
	readonly folder: string;
	readonly environment: Variables;
}

export interface ComposedService {
	/** Of one version. Its port is 0 when no file says one. */
	readonly workload: WorkloadConfig;
	/** Where it stands. */
	readonly placed: PlacedParts;
}

export interface ComposeReading {
	/** Of the project, when a file says it. */
	readonly name: string | undefined;
	readonly services: readonly ComposedService[];
	/** Who may call whom, by the networks that services share. */
	readonly authorization: readonly AuthorizationConfig[];
	readonly diagnostics: readonly Diagnostic[];
	/** All that was read, and what would have been if it were there; absolute. */
	readonly files: readonly string[];
}

/** Reads compose files. What is wrong with them is a diagnostic; it never rejects for that. */
export type ComposeReader = (request: ComposeRequest) => Promise<ComposeReading>;
