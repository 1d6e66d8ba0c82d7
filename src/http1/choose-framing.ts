// Decides how bodies are framed that are sent. Source: RFC 9112, 6.
import {chunked, type Framing, noBody, untilClose} from './framing.ts';
import type {MinorVersion} from './version.ts';

export interface ReplyToFrame {
	readonly status: number;
	/** Of the body, in bytes; undefined when unknown. */
	readonly length: number | undefined;
	/** Of the request that is answered. */
	readonly method: string;
	/** Of the request that is answered: HTTP/1.0 knows no chunks. */
	readonly minorVersion: MinorVersion;
}

/** Chooses the framing of a final reply. With `until-close` the connection must be closed after it. */
export const chooseReplyFraming = ({status, length, method, minorVersion}: ReplyToFrame): Framing => {
	if (method === 'HEAD' || status === 204 || status === 304) {
		return noBody;
	}

	return length === undefined ? (minorVersion === 0 ? untilClose : chunked) : {kind: 'length', bytes: length};
};

/** Chooses the framing of a request. A body of 0 bytes that was announced as such stays announced, as POST needs it. */
export const chooseRequestFraming = (length: number | undefined, isAnnounced: boolean): Framing =>
	length === 0 && !isAnnounced ? noBody : length === undefined ? chunked : {kind: 'length', bytes: length};
