// What the engine answered to a request that failed.

/** The HTTP status of the engine's refusal; undefined when it did not answer at all. */
export const statusCodeOf = (error: unknown): number | undefined => {
	const code = (error as {readonly statusCode?: unknown}).statusCode;
	return typeof code === 'number' ? code : undefined;
};

/** Passes over objects that are gone already, or about to be. */
export const ignoreGone = (error: unknown): void => {
	const code = statusCodeOf(error);
	if (code !== 404 && code !== 409 && code !== 304) {
		throw error;
	}
};

/** Passes over a container that runs already. */
export const ignoreStarted = (error: unknown): void => {
	if (statusCodeOf(error) !== 304) {
		throw error;
	}
};
