// The contract of a rule: one thing that must hold across the file.
import type {Finding} from '../finding.ts';
import type {MeshInput} from '../schema/mesh.ts';
import type {ComposedServices} from '../take-composed.ts';

/** Gives what it found in a file whose shape is right; its services hold those of compose files, which come along. Pure. */
export type Rule = (input: MeshInput, composed?: ComposedServices) => readonly Finding[];
