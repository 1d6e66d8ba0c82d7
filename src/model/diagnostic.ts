// One finding about the config.
import type {SourcePlace} from './source-place.ts';

export interface Diagnostic {
	/** `DM` and four digits; catalogued in `docs/reference/codes.md`. */
	readonly code: string;
	/** An error keeps the config from taking effect, a warning does not. */
	readonly severity: 'error' | 'warning';
	readonly place: SourcePlace;
	/** The number of characters that the caret underlines, at least 1. */
	readonly length: number;
	/** What was found, without a full stop: `weights of route "checkout" are all zero`. */
	readonly finding: string;
	/** What to do about it, as a sentence. */
	readonly remedy: string;
	/** The line of the file at the place, without its line break; absent for files that have no lines to show. */
	readonly sourceLine?: string;
}
