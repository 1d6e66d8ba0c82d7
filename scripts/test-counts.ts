// How many tests and checks passed, failed and were skipped.

export interface Counts {
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
}

export const none: Counts = {passed: 0, failed: 0, skipped: 0};

export const passed = (count: number): Counts => ({...none, passed: count});

export const failed = (count: number): Counts => ({...none, failed: count});

export const addCounts = (one: Counts, other: Counts): Counts => ({
	passed: one.passed + other.passed,
	failed: one.failed + other.failed,
	skipped: one.skipped + other.skipped,
});

/** Says `12 passed, 0 failed`, and how many were skipped when some were. */
export const closingLine = (counts: Counts): string =>
	`${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`;
