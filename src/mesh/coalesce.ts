// Runs one piece of work at a time; whoever asks while it runs shares the next run.

/** Wraps work so that it never runs twice at once. A call during a run gets the result of the one that starts after it, so it always sees what was true when it was called. */
export const coalesce = <Result>(work: () => Promise<Result>): (() => Promise<Result>) => {
	let current: Promise<Result> | undefined;
	let next: Promise<Result> | undefined;
	const run = () => {
		next = undefined;
		current = work().finally(() => {
			current = undefined;
		});
		return current;
	};

	return () => {
		if (current) {
			next ??= current.then(run, run);
			return next;
		}

		return next ?? run();
	};
};
