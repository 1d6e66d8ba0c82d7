// Tables and numbers in Markdown.

/** Gives a table; numbers stand on the right: all columns but the first. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
	[head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...rows]
		.map(cells => `| ${cells.join(' | ')} |`)
		.join('\n');

/** Gives a number with three digits that count, thousands apart, at most two after the point: `12,300`, `4.56`, `0.12`. */
export const digits = (value: number): string => {
	if (!Number.isFinite(value)) {
		return '-';
	}

	return Math.abs(value) >= 100
		? Number(value.toPrecision(3)).toLocaleString('en')
		: value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
};

/** Gives milliseconds with their unit: `0.31 ms`. */
export const time = (ms: number): string => (Number.isFinite(ms) ? `${digits(ms)} ms` : '-');

/** Gives a share from 0 to 1 in percent: `43 %`. */
export const percent = (share: number): string => (Number.isFinite(share) ? `${Math.round(share * 100)} %` : '-');
