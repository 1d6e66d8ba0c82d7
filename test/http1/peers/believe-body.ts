// Reads the body of a message that a proxy wrote, and believes the proxy.

export interface FoundBody {
	/** As latin1. */
	readonly data: string;
	/** The place behind it. */
	readonly end: number;
}

/** Reads from a place of the text on. `missing` when more is needed, undefined when the head says nothing of a body. */
export const believeBody = (head: string, text: string, from: number): FoundBody | 'missing' | undefined => {
	if (/^transfer-encoding:/im.test(head)) {
		return readChunks(text, from);
	}

	const [, length] = /^content-length: *(\d+)/im.exec(head) ?? [];
	return length === undefined ? undefined : readCounted(text, from, Number(length));
};

const readCounted = (text: string, from: number, length: number): FoundBody | 'missing' =>
	text.length < from + length ? 'missing' : {data: text.slice(from, from + length), end: from + length};

const readChunks = (text: string, from: number): FoundBody | 'missing' => {
	let data = '';
	for (let at = from; ; ) {
		const lineEnd = text.indexOf('\r\n', at);
		if (lineEnd === -1) {
			return 'missing';
		}

		const size = Number.parseInt(text.slice(at, lineEnd), 16);
		if (size === 0) {
			const end = text.indexOf('\r\n\r\n', lineEnd);
			return end === -1 ? 'missing' : {data, end: end + 4};
		}

		data += text.slice(lineEnd + 2, lineEnd + 2 + size);
		at = lineEnd + 2 + size + 2;
		if (!(at <= text.length)) {
			return 'missing';
		}
	}
};
