// What sends spans to somebody else's program.
import type {MeshSpan} from '../../model/mesh-span.ts';

export interface SpanExporter {
	/** Where the spans go, in words. */
	readonly target: string;
	/** Rejects when they could not be handed over. */
	readonly export: (spans: readonly MeshSpan[]) => Promise<void>;
	readonly close: () => Promise<void>;
}
