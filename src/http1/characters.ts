// Which bytes may stand where, as tables: a look-up costs less than a chain of comparisons.

const tableOf = (isMember: (code: number) => boolean): Uint8Array =>
	Uint8Array.from({length: 256}, (_, code) => (isMember(code) ? 1 : 0));

const alphanumeric = /[0-9A-Za-z]/;
const isOneOf = (code: number, others: string): boolean => {
	const character = String.fromCharCode(code);
	return code < 128 && (alphanumeric.test(character) || others.includes(character));
};

/** Of field names, transfer codings, chunk extension names. Source: RFC 9110, 5.6.2. */
export const tokenCodes = tableOf(code => isOneOf(code, "!#$%&'*+-.^_`|~"));

/**
 * Of methods. Fewer than a token has: every registered method is of these, and other readers refuse the rest. What is left of a
 * body that was read too short stands where a method is expected; few of its bytes pass here.
 */
export const methodCodes = tableOf(code => (code >= 65 && code <= 90) || code === 45 || code === 95);

/** Of field values, reason phrases and quoted strings: everything but controls; the tab is allowed. Source: RFC 9110, 5.5. */
export const textCodes = tableOf(code => code === 9 || (code >= 32 && code !== 127));

/** Of request targets: visible ASCII without the mark of a fragment. Browsers send more of it than RFC 3986 allows, such as "|". */
export const targetCodes = tableOf(code => code > 32 && code < 127 && code !== 35);

/** Of the name of a host without its escapes. Source: RFC 3986, 3.2.2, reg-name. */
export const hostCodes = tableOf(code => isOneOf(code, "-._~!$&'()*+,;="));

/** What a hexadecimal digit stands for; 255 for everything else. */
export const hexValues = Uint8Array.from({length: 256}, (_, code) => {
	const value = '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase());
	return value === -1 ? 255 : value;
});

export const isToken = (text: string): boolean => text !== '' && hasOnly(tokenCodes, text);

export const isText = (text: string): boolean => hasOnly(textCodes, text);

/** Characters beyond one byte are in no table. */
export const hasOnly = (codes: Uint8Array, text: string): boolean => {
	for (let index = 0; index < text.length; index++) {
		if (codes[text.charCodeAt(index)] !== 1) {
			return false;
		}
	}

	return true;
};
