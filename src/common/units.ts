// Units that live in the type: a number of milliseconds is not a number of bytes.

declare const unit: unique symbol;

type Unit<Name extends string> = number & {readonly [unit]: Name};

/** A span or a moment of monotonic time, in milliseconds, from 0. */
export type Milliseconds = Unit<'milliseconds'>;
/** A share, from 0 (none) to 1 (all). */
export type Ratio = Unit<'ratio'>;
/** A size in bytes, from 0. */
export type Bytes = Unit<'bytes'>;

/** Calls a number milliseconds. */
export const ms = (value: number): Milliseconds => value as Milliseconds;
/** Calls a number a ratio. Throws `RangeError` outside 0 to 1. */
export const ratio = (value: number): Ratio => {
	if (!(value >= 0 && value <= 1)) {
		throw new RangeError(`a ratio lies between 0 and 1, not at ${value}`);
	}

	return value as Ratio;
};

/** Calls a number bytes. */
export const bytes = (value: number): Bytes => value as Bytes;
