// Reads the server name of a TLS handshake without taking part in it. Sources: RFC 8446, 4.1.2 and 5.1; RFC 6066, 3.

export type ServerName =
	| {readonly kind: 'name'; readonly name: string}
	/** The hello is not whole yet. */
	| {readonly kind: 'more'}
	/** It is no hello of TLS, or one without a name. */
	| {readonly kind: 'none'};

/** Beyond this, no hello is read. */
export const longestHello = 16 * 1024;

const handshakeRecord = 22;
const clientHello = 1;
const serverNameExtension = 0;
const hostName = 0;

const none: ServerName = {kind: 'none'};
const more: ServerName = {kind: 'more'};

/** Looks at the bytes that a connection began with. Never throws. */
export const readServerName = (bytes: Buffer): ServerName => {
	const message = joinRecords(bytes);
	if (message === undefined) {
		return none;
	}

	if (message.length < 4) {
		return tooLittle(bytes);
	}

	const length = message.readUIntBE(1, 3);
	if (message[0] !== clientHello || length > longestHello) {
		return none;
	}

	return message.length < 4 + length ? tooLittle(bytes) : nameIn(message.subarray(4, 4 + length));
};

const tooLittle = (bytes: Buffer): ServerName => (bytes.length >= longestHello ? none : more);

/** What the records of a handshake carry, as far as it is there; undefined when it is no handshake. */
const joinRecords = (bytes: Buffer): Buffer | undefined => {
	const parts: Buffer[] = [];
	let at = 0;
	while (at < bytes.length) {
		if (bytes[at] !== handshakeRecord || (bytes[at + 1] ?? 3) !== 3) {
			return at === 0 ? undefined : Buffer.concat(parts);
		}

		if (at + 5 > bytes.length) {
			break;
		}

		const length = bytes.readUInt16BE(at + 3);
		parts.push(bytes.subarray(at + 5, at + 5 + length));
		at += 5 + length;
	}

	return Buffer.concat(parts);
};

const nameIn = (hello: Buffer): ServerName => {
	// Version and random; then session id, cipher suites and compression methods, each behind its length.
	let at = 34;
	at += 1 + (hello[at] ?? hello.length);
	at += 2 + uint16(hello, at);
	at += 1 + (hello[at] ?? hello.length);
	const end = Math.min(hello.length, at + 2 + uint16(hello, at));
	at += 2;
	while (at + 4 <= end) {
		const kind = uint16(hello, at);
		const length = uint16(hello, at + 2);
		if (kind === serverNameExtension) {
			return nameInExtension(hello.subarray(at + 4, Math.min(end, at + 4 + length)));
		}

		at += 4 + length;
	}

	return none;
};

const nameInExtension = (list: Buffer): ServerName => {
	const length = uint16(list, 3);
	const name = list.subarray(5, 5 + length);
	return list[2] === hostName && name.length === length && length > 0
		? {kind: 'name', name: name.toString('latin1').toLowerCase()}
		: none;
};

/** Past the end it is larger than anything that may follow. */
const uint16 = (bytes: Buffer, at: number): number => (at + 2 <= bytes.length ? bytes.readUInt16BE(at) : 0xff_ff);
