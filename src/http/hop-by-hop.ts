// Header fields that belong to one connection and are not passed on. Source: RFC 9110, 7.6.1.
import {type Headers, headerValues, withoutHeaders} from './headers.ts';

const always = ['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade'] as const;

/** Gives the fields without those that end at this hop, by their name and by the `Connection` field's list. */
export const withoutHopByHop = (headers: Headers): string[] => {
	const listed = headerValues(headers, 'connection').flatMap(value => value.split(','));
	return withoutHeaders(headers, new Set([...always, ...listed.map(name => name.trim().toLowerCase())]));
};

/** Gives the protocol that a request wants to change to, such as `websocket`; undefined when it does not. */
export const upgradeOf = (headers: Headers): string | undefined => {
	const isAsked = headerValues(headers, 'connection').some(value =>
		value.split(',').some(name => name.trim().toLowerCase() === 'upgrade'),
	);
	const [protocol] = headerValues(headers, 'upgrade');
	return isAsked ? protocol : undefined;
};
