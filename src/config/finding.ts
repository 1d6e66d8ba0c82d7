// One thing that is wrong, by its path in the file; where that is on the screen is found out later.

/** Keys and indexes from the top of the file, such as `['routes', 0, 'to']`. */
export type ConfigPath = readonly (string | number)[];

export interface Finding {
	readonly code: string;
	/** Default: error. */
	readonly severity?: 'error' | 'warning';
	readonly path: ConfigPath;
	/** Whether the caret points at the key or at the value. Default: value. */
	readonly at?: 'key' | 'value';
	/** The part of the value that it is about. Default: all of it. */
	readonly within?: string;
	/** Without a full stop. */
	readonly finding: string;
	readonly remedy: string;
}
