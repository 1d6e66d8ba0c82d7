// A request for tests of what stands in its way.
import {ms} from '../../src/common/units.ts';
import {emptyBody} from '../../src/http/body.ts';
import {createRecord, type Exchange} from '../../src/http/exchange.ts';
import type {RequestHead} from '../../src/http/request-head.ts';

/** Makes the head of a request: `GET /`, unless said otherwise. */
export const headOf = (parts: Partial<RequestHead> = {}): RequestHead => ({
	method: 'GET',
	scheme: 'http',
	authority: 'reviews',
	path: '/',
	query: undefined,
	headers: [],
	...parts,
});

/** Makes an exchange of `web` that calls `reviews`, fresh and with a record of its own. */
export const exchangeOf = (parts: Partial<Exchange> = {}): Exchange => ({
	id: 'request-1',
	key: 'request-1',
	direction: 'outbound',
	startedAt: ms(0),
	client: '127.0.0.1:50000',
	caller: {service: 'web'},
	destination: 'reviews',
	request: headOf(),
	body: emptyBody,
	signal: new AbortController().signal,
	attempt: 1,
	record: createRecord(),
	...parts,
});
