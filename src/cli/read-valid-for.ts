// Reads how long certificates are to be good for, as people type it after --valid-for.
import {MeshError} from '../common/mesh-error.ts';
import {wrongUsage} from './print-error.ts';

const hour = 3_600_000;
const units: Readonly<Record<string, number>> = {h: hour, d: 24 * hour, w: 7 * 24 * hour};
// Some systems refuse what lasts longer. Source: Apple, "Requirements for trusted certificates in iOS 13 and macOS 10.15".
const longest = 825 * 24 * hour;

/** Gives milliseconds for `12h`, `90d` or `26w`, up to 825 days. Throws MeshError. */
export const readValidFor = (text: string): number => {
	const [, amount, unit = ''] = /^([1-9]\d{0,5})([hdw])$/.exec(text) ?? [];
	const span = Number(amount) * (units[unit] ?? 0);
	if (span > 0 && span <= longest) {
		return span;
	}

	throw new MeshError({
		code: wrongUsage,
		message: `certificates cannot be good for "${text}"`,
		remedy: 'Write --valid-for 12h, 90d or 26w; 825d at most.',
	});
};
