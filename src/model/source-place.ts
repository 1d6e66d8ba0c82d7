// A place in a file that a person wrote.

export interface SourcePlace {
	/** As the user named it, relative to the working folder. */
	readonly file: string;
	/** From 1. */
	readonly line: number;
	/** From 1, in characters. */
	readonly column: number;
}
