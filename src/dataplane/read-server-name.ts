// Reads the server name from the first bytes of a TLS connection (RFC 8446, 4.1.2 and 5.1; RFC 6066, 3). Pure; takes nothing that is ambiguous.

export type ServerName =
	/** In lower case. */
	| {readonly kind: 'name'; readonly name: string}
	/** It is right so far, but not whole. */
	| {readonly kind: 'more'}
	| {readonly kind: 'bad'; readonly reason: string};

/** What a ClientHello may be long in all, in bytes, with its record heads. */
export const longestHello = 16 * 1024;

const recordHead = 5;
const handshakeHead = 4;
const handshake = 22;
const clientHello = 1;
const serverNameExtension = 0;
const hostName = 0;

/** Looks at all the bytes that have come so far; what follows the ClientHello is not looked at. */
export const readServerName = (bytes: Uint8Array): ServerName => {
	try {
		const hello = readHello(createReader(bytes));
		if (hello) {
			return {kind: 'name', name: nameOf(createReader(hello))};
		}

		return bytes.length < longestHello ? {kind: 'more'} : bad('it is longer than 16 KiB');
	} catch (error) {
		return bad((error as Error).message);
	}
};

const bad = (reason: string): ServerName => ({kind: 'bad', reason});

/** Puts the ClientHello together from its records; undefined while it is not whole. */
const readHello = (reader: Reader): Uint8Array | undefined => {
	const parts: Uint8Array[] = [];
	let have = 0;
	let announced = 0;
	let wanted = handshakeHead;
	while (have < wanted) {
		// Somebody who speaks something else is told from the first byte on.
		if (reader.left() > 0) {
			check(reader.peek(0) === handshake, 'it is no TLS handshake');
		}

		if (reader.left() > 1) {
			check(reader.peek(1) === 3, 'it is no TLS handshake');
		}

		if (reader.left() < recordHead) {
			return undefined;
		}

		reader.take(3);
		const length = reader.number(2);
		check(length > 0 && length <= 2 ** 14, 'a record of it has a wrong length');
		const part = reader.take(Math.min(length, reader.left()));
		parts.push(part);
		have += part.length;
		announced += length;
		if (have >= handshakeHead && wanted === handshakeHead) {
			const head = createReader(concat(parts));
			check(head.number(1) === clientHello, 'it is no ClientHello');
			wanted = handshakeHead + head.number(3);
			check(wanted + recordHead <= longestHello, 'it is longer than 16 KiB');
		} else if (have > 0) {
			check(parts[0]?.[0] === clientHello, 'it is no ClientHello');
		}

		if (part.length < length && have < wanted) {
			return undefined;
		}
	}

	check(announced === wanted, 'something follows the ClientHello in its record');
	return concat(parts).subarray(handshakeHead);
};

const nameOf = (hello: Reader): string => {
	hello.take(2 + 32);
	check(hello.block(1).left() <= 32, 'its session id is too long');
	const suites = hello.block(2).left();
	check(suites >= 2 && suites % 2 === 0, 'its cipher suites are malformed');
	check(hello.block(1).left() >= 1, 'it has no compression method');
	check(hello.left() > 0, 'it names no server');
	const extensions = hello.block(2);
	check(hello.left() === 0, 'something follows its extensions');
	const seen = new Set<number>();
	let name: string | undefined;
	while (extensions.left() > 0) {
		const type = extensions.number(2);
		const extension = extensions.block(2);
		check(!seen.has(type), 'it has an extension twice');
		seen.add(type);
		if (type === serverNameExtension) {
			name = hostNameOf(extension);
		}
	}

	check(name !== undefined, 'it names no server');
	return name;
};

const hostNameOf = (extension: Reader): string => {
	const list = extension.block(2);
	check(extension.left() === 0, 'its server name is malformed');
	check(list.number(1) === hostName, 'its server name is of an unknown kind');
	const name = list.block(2);
	check(list.left() === 0, 'it names more than one server');
	const text = Buffer.from(name.take(name.left())).toString('latin1').toLowerCase();
	check(text.length <= 253 && /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*$/.test(text), 'its server name is no host name');
	return text;
};

interface Reader {
	readonly left: () => number;
	readonly peek: (offset: number) => number | undefined;
	readonly take: (length: number) => Uint8Array;
	/** Reads a number of so many bytes, the highest first. */
	readonly number: (length: number) => number;
	/** Reads a length of so many bytes, and gives what it spans. */
	readonly block: (length: number) => Reader;
}

const createReader = (bytes: Uint8Array): Reader => {
	let at = 0;
	const take = (length: number): Uint8Array => {
		check(at + length <= bytes.length, 'a length in it leads beyond its end');
		at += length;
		return bytes.subarray(at - length, at);
	};

	const number = (length: number): number => take(length).reduce((value, byte) => value * 256 + byte, 0);
	return {
		left: () => bytes.length - at,
		peek: offset => bytes[at + offset],
		take,
		number,
		block: length => createReader(take(number(length))),
	};
};

const concat = (parts: readonly Uint8Array[]): Uint8Array =>
	parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);

function check(holds: boolean, reason: string): asserts holds {
	if (!holds) {
		throw new Error(reason);
	}
}
