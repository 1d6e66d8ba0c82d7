// Looks at a promise without waiting for it.

/** Tells how a promise stands once everything that can go on now has gone on. */
export const stateOf = async (promise: Promise<unknown>): Promise<'pending' | 'fulfilled' | 'rejected'> => {
	let state: 'pending' | 'fulfilled' | 'rejected' = 'pending';
	promise.then(
		() => {
			state = 'fulfilled';
		},
		() => {
			state = 'rejected';
		},
	);
	await new Promise(resolve => setImmediate(resolve));
	return state;
};
