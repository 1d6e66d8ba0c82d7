// Reads the Connection field. Source: RFC 9110, 7.6.1; RFC 9112, 9.3 and 9.6.
import type {Facts} from './facts.ts';
import {Refused} from './refused.ts';
import type {MinorVersion} from './version.ts';

export interface ConnectionOptions {
	/** Whether another message may follow on the connection. */
	readonly keepAlive: boolean;
	/** The protocols of an Upgrade field that Connection names, as sent; HTTP/1.0 has none. */
	readonly upgrade: string | undefined;
}

/** Reads the options. Throws Refused when a field is named that must not end at this hop, or a next reader would miss it. */
export const readConnection = ({connection, upgrade}: Facts, minorVersion: MinorVersion): ConnectionOptions => {
	if (connection === undefined) {
		return {keepAlive: minorVersion === 1, upgrade: undefined};
	}

	// What most clients send, without taking it apart.
	if (connection === 'keep-alive') {
		return {keepAlive: true, upgrade: undefined};
	}

	const options = connection
		.toLowerCase()
		.split(',')
		.map(option => option.trim());
	if (options.includes('host') || options.includes('content-length')) {
		throw new Refused(400, 'Connection names a field that is for every reader');
	}

	return {
		keepAlive: !options.includes('close') && (minorVersion === 1 || options.includes('keep-alive')),
		upgrade: minorVersion === 1 && options.includes('upgrade') ? upgrade : undefined,
	};
};
