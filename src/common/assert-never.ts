// Closes a switch: the compiler refuses a case that was forgotten.

/** Throws; reached only when a value lies outside its type. */
export const assertNever = (value: never): never => {
	throw new TypeError(`a value outside its type: ${JSON.stringify(value)}`);
};
