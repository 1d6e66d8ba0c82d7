// Random ids in hex. A system call each would cost more than the rest of a span: they are taken from a pool.
import {randomFillSync} from 'node:crypto';

export interface IdSource {
	/** 32 digits, never all zero. */
	readonly traceId: () => string;
	/** 16 digits, never all zero. */
	readonly spanId: () => string;
}

const poolBytes = 4096;

/** Creates a source of ids that nobody can guess or repeat. */
export const createIdSource = (): IdSource => {
	const pool = Buffer.alloc(poolBytes);
	let used = poolBytes;
	const take = (bytes: number): string => {
		if (used + bytes > poolBytes) {
			randomFillSync(pool);
			used = 0;
		}

		const id = pool.toString('hex', used, used + bytes);
		used += bytes;
		return /[^0]/.test(id) ? id : take(bytes);
	};

	return {traceId: () => take(16), spanId: () => take(8)};
};
