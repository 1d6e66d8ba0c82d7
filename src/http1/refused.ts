// Why a message is not taken.

export interface Refusal {
	/** For a request what to answer before closing: 400, 413, 414, 431, 501 or 505. For a reply always 502. */
	readonly status: number;
	/** A sentence without a full stop. */
	readonly reason: string;
}

/** Leaves a parser; never leaves this folder on the reading side. */
export class Refused extends Error {
	override readonly name = 'Refused';
	readonly status: number;

	constructor(status: number, reason: string) {
		super(reason);
		this.status = status;
	}
}
