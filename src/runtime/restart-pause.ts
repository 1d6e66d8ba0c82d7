// Says how long to wait before an app that ended is started again.
import {type Milliseconds, ms} from '../common/units.ts';

/** Gives almost nothing after the first exit in a row, then half a second, doubled each time, up to 30 s. */
export const restartPause = (exitsInARow: number): Milliseconds =>
	ms(exitsInARow <= 1 ? 50 : Math.min(30_000, 500 * 2 ** (exitsInARow - 2)));
