// Header fields as they came: order, case and repetition are kept, since some receivers mind.

/** Name, value, name, value … in the order and case in which the sender wrote them. */
export type Headers = readonly string[];

export const noHeaders: Headers = [];

/** Gives the first value of a field, whatever the case of its name. */
export const headerValue = (headers: Headers, name: string): string | undefined => {
	for (let index = 0; index < headers.length; index += 2) {
		if (sameName(headers[index] as string, name)) {
			return headers[index + 1];
		}
	}

	return undefined;
};

/** Gives every value of a field, in order. */
export const headerValues = (headers: Headers, name: string): readonly string[] => {
	const values: string[] = [];
	for (let index = 0; index < headers.length; index += 2) {
		if (sameName(headers[index] as string, name)) {
			values.push(headers[index + 1] as string);
		}
	}

	return values;
};

/** Gives the fields without those named; names in lower case. */
export const withoutHeaders = (headers: Headers, names: ReadonlySet<string>): string[] => {
	const kept: string[] = [];
	for (let index = 0; index < headers.length; index += 2) {
		if (!names.has((headers[index] as string).toLowerCase())) {
			kept.push(headers[index] as string, headers[index + 1] as string);
		}
	}

	return kept;
};

/** Gives the fields with one of them set: its first place is kept, further ones go. */
export const withHeader = (headers: Headers, name: string, value: string): string[] => {
	const result: string[] = [];
	let isPlaced = false;
	for (let index = 0; index < headers.length; index += 2) {
		const current = headers[index] as string;
		if (!sameName(current, name)) {
			result.push(current, headers[index + 1] as string);
		} else if (!isPlaced) {
			result.push(current, value);
			isPlaced = true;
		}
	}

	return isPlaced ? result : [...result, name, value];
};

const sameName = (left: string, right: string): boolean =>
	left.length === right.length && (left === right || left.toLowerCase() === right.toLowerCase());
