// An error that says what, where and what to do, under a code that can be looked up.

export interface MeshErrorParts {
	/** Looked up in `docs/reference/codes.md`, such as `DM5001`. */
	readonly code: string;
	/** What was found, in one sentence without a full stop. */
	readonly message: string;
	/** What the user can do, in one sentence. */
	readonly remedy: string;
	readonly cause?: unknown;
}

/** The error of everything that fails outside a request. */
export class MeshError extends Error {
	override readonly name = 'MeshError';
	readonly code: string;
	readonly remedy: string;

	constructor({code, message, remedy, cause}: MeshErrorParts) {
		super(message, {cause});
		this.code = code;
		this.remedy = remedy;
	}
}
