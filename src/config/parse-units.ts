// Reads values with units as people write them.
import {type Bytes, bytes, type Milliseconds, ms, type Ratio, ratio} from '../common/units.ts';

/** What a duration looks like. */
export const durationPattern = /^(\d+(\.\d+)?(ms|s|m|h))+$/;
/** What a size looks like. */
export const sizePattern = /^(\d+(?:\.\d+)?)(B|KB|MB|GB|KiB|MiB|GiB)$/;

const milliseconds: Readonly<Record<string, number>> = {ms: 1, s: 1000, m: 60_000, h: 3_600_000};

// A timer of the machine holds about 24 days, and what is longer was not meant.
const longest = 24 * 3_600_000;

/** Reads `250ms`, `2s`, `1.5m`, `1h30m` up to 24 hours, to the millisecond; undefined for any other text. */
export const parseDuration = (text: string): Milliseconds | undefined => {
	if (!durationPattern.test(text)) {
		return undefined;
	}

	const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
	const sum = Math.round(
		parts.reduce((span, [, amount, unit]) => span + Number(amount) * (milliseconds[unit ?? ''] ?? 0), 0),
	);
	return sum <= longest ? ms(sum) : undefined;
};

const sizes: Readonly<Record<string, number>> = {
	B: 1,
	KB: 1000,
	MB: 1000 ** 2,
	GB: 1000 ** 3,
	KiB: 1024,
	MiB: 1024 ** 2,
	GiB: 1024 ** 3,
};

/** Reads `64KiB`, `256MiB`, `1GB`, to the byte; undefined for any other text. */
export const parseSize = (text: string): Bytes | undefined => {
	const [, amount, unit = ''] = sizePattern.exec(text) ?? [];
	const size = Math.round(Number(amount) * (sizes[unit] ?? 1));
	return Number.isSafeInteger(size) ? bytes(size) : undefined;
};

/** Reads `5` or `5%` as 0.05; undefined for what is no percentage from 0 to 100. */
export const parsePercent = (value: string | number): Ratio | undefined => {
	const amount = typeof value === 'number' ? value : Number(/^(\d+(?:\.\d+)?)%?$/.exec(value)?.[1]);
	return amount >= 0 && amount <= 100 ? ratio(amount / 100) : undefined;
};
