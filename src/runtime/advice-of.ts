// Takes out of an error what its user can do about it.
import {MeshError} from '../common/mesh-error.ts';
import type {Advice} from '../model/advice.ts';

/** As a part of an event; empty for errors that are not in the catalogue. */
export const adviceOf = (error: unknown): {readonly advice?: Advice} =>
	error instanceof MeshError ? {advice: {code: error.code, remedy: error.remedy}} : {};
