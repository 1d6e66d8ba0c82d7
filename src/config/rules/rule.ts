// The contract of a rule: one thing that must hold across the file.
import type {Finding} from '../finding.ts';
import type {MeshInput} from '../schema/mesh.ts';

/** Gives what it found in a file whose shape is right. Pure. */
export type Rule = (input: MeshInput) => readonly Finding[];
