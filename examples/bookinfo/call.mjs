// Calls another service of the mesh. Timeouts and retries are not its business: the sidecar has them.
import process from 'node:process';

// Headers that must travel along, or rules for one user and traces across services end at the first hop.
const passedOn = [
	'end-user',
	'x-request-id',
	'traceparent',
	'tracestate',
	'baggage',
	'b3',
	'x-b3-traceid',
	'x-b3-spanid',
	'x-b3-parentspanid',
	'x-b3-sampled',
	'x-b3-flags',
];

/**
 * Asks a service for JSON on behalf of a request. Never throws: `{data}`, or `{error: {status, message}}` with the status
 * that came back (undefined when nothing did).
 */
export const call = async (service, path, request, extraHeaders = {}) => {
	// devmesh tells each service where the others are: `RATINGS_URL`, `REVIEWS_URL` and so on.
	const base = process.env[`${service.toUpperCase()}_URL`];
	if (!base) {
		return {error: {message: `${service.toUpperCase()}_URL is not set`}};
	}

	const headers = new Headers({accept: 'application/json'});
	for (const name of passedOn) {
		if (request.headers[name]) {
			headers.set(name, request.headers[name]);
		}
	}

	for (const [name, value] of Object.entries(extraHeaders)) {
		headers.set(name, value);
	}

	try {
		const response = await fetch(base + path, {headers});
		const text = await response.text();
		return response.ok
			? {data: JSON.parse(text)}
			: {error: {status: response.status, message: text.trim() || response.statusText}};
	} catch (error) {
		return {error: {message: error.cause?.message ?? error.message}};
	}
};
