// What the codec itself needs of a head's fields, gathered as they pass.

/** Values of repeated fields are joined by ", ", as RFC 9110, 5.3 allows; their number tells what was repeated. */
export interface Facts {
	hosts: number;
	host: string;
	lengths: number;
	length: string;
	encoding: string | undefined;
	connection: string | undefined;
	upgrade: string | undefined;
	expect: string | undefined;
}

/** Gathers the facts of a head. */
export const factsOf = (headers: readonly string[]): Facts => {
	const facts = noFacts();
	for (let index = 0; index < headers.length; index += 2) {
		noteField(facts, headers[index] as string, headers[index + 1] as string);
	}

	return facts;
};

const noFacts = (): Facts => ({
	hosts: 0,
	host: '',
	lengths: 0,
	length: '',
	encoding: undefined,
	connection: undefined,
	upgrade: undefined,
	expect: undefined,
});

/** Notes a field when it matters. By length first: most names are none of these. */
const noteField = (facts: Facts, name: string, value: string): void => {
	switch (name.length) {
		case 4:
			if (isNamed(name, 'host')) {
				facts.hosts++;
				facts.host = value;
			}

			break;
		case 6:
			if (isNamed(name, 'expect')) {
				facts.expect = join(facts.expect, value);
			}

			break;
		case 7:
			if (isNamed(name, 'upgrade')) {
				facts.upgrade = join(facts.upgrade, value);
			}

			break;
		case 10:
			if (isNamed(name, 'connection')) {
				facts.connection = join(facts.connection, value);
			}

			break;
		case 14:
			if (isNamed(name, 'content-length')) {
				facts.lengths++;
				facts.length = value;
			}

			break;
		case 17:
			if (isNamed(name, 'transfer-encoding')) {
				facts.encoding = join(facts.encoding, value);
			}

			break;
	}
};

const isNamed = (name: string, wanted: string): boolean =>
	(name.charCodeAt(0) | 0x20) === wanted.charCodeAt(0) && (name === wanted || name.toLowerCase() === wanted);

const join = (before: string | undefined, value: string): string =>
	before === undefined ? value : `${before}, ${value}`;
