// Lines text up in columns.

/** Writes rows under their heads; the last column is not filled up. */
export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string => {
	const all = [heads, ...rows];
	const widths = heads.map((_, column) => Math.max(...all.map(row => (row[column] ?? '').length)));
	return all
		.map(row =>
			row
				.map((cell, column) => (column === heads.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
};
