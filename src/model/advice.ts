// What a user can do about what went wrong.

export interface Advice {
	/** Looked up in `docs/reference/codes.md`. */
	readonly code: string;
	readonly remedy: string;
}
