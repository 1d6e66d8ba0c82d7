// What is answered to bytes that Node's parser does not take for a request.

export interface Refusal {
	/** 0: nobody is there to be answered. */
	readonly status: number;
	readonly reason: string;
}

/** Turns an error of the parser into a status code and a sentence. */
export const refusalOf = ({code, message}: NodeJS.ErrnoException): Refusal => {
	switch (code) {
		case 'ECONNRESET':
		case 'EPIPE':
			return {status: 0, reason: message};
		case 'HPE_HEADER_OVERFLOW':
			return {status: 431, reason: 'the head of the request is too large'};
		case 'ERR_HTTP_REQUEST_TIMEOUT':
			return {status: 408, reason: 'the head of the request took too long'};
		default:
			return {status: 400, reason: `this is no HTTP request: ${message.replace(/^Parse Error: /, '')}`};
	}
};
