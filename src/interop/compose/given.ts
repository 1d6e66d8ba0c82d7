// Leaves out what is not there.

export type Given<Values extends object> = {readonly [Key in keyof Values]?: Exclude<Values[Key], undefined>};

/** Gives the entries that are not undefined. */
export const given = <Values extends object>(values: Values): Given<Values> =>
	Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<Values>;
