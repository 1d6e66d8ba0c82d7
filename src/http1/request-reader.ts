// Bytes of a client → requests.
import type {RequestHead} from '../http/request-head.ts';
import {isAuthority} from './authority.ts';
import {readConnection} from './connection-options.ts';
import {readFraming} from './content-framing.ts';
import {type Facts, factsOf} from './facts.ts';
import {type Framing, noBody} from './framing.ts';
import type {Http1Limits} from './limits.ts';
import {createMessageReader, type MessageReader, type ReadHead} from './message-reader.ts';
import {Refused} from './refused.ts';
import {createSection} from './section.ts';
import {type RequestLine, readRequestLine} from './start-lines.ts';
import type {MinorVersion} from './version.ts';

/** The path is `*` for OPTIONS of the whole server, and `/` for CONNECT, whose destination is the authority. */
export interface IncomingRequestHead extends RequestHead {
	/** As it stood in the request line. */
	readonly target: string;
	readonly minorVersion: MinorVersion;
	/** Never `until-close` or `tunnel`. */
	readonly framing: Framing;
	/** Whether another request may follow this one. */
	readonly keepAlive: boolean;
	/** The protocols that the client would change to, such as `websocket`; undefined when it does not ask. */
	readonly upgrade: string | undefined;
	/** The client waits for `100 Continue` before it sends the body. */
	readonly expectsContinue: boolean;
}

export interface RequestReaderParts {
	/** How the client reached us. */
	readonly scheme: RequestHead['scheme'];
	readonly limits: Http1Limits;
}

/** Creates a reader. After CONNECT and a request to upgrade it waits: `takeRest` for a tunnel, or `goOn`. */
export const createRequestReader = ({scheme, limits}: RequestReaderParts): MessageReader<IncomingRequestHead> => {
	let line: RequestLine | undefined;
	const section = createSection({
		bytes: limits.headBytes,
		fieldBytes: limits.fieldBytes,
		fields: limits.headFields,
		name: 'the head',
		start: {
			bytes: limits.startLineBytes,
			emptyLines: 1,
			read: (text, from, to) => {
				line = readRequestLine(text, from, to);
			},
		},
	});

	const finish = (): ReadHead<IncomingRequestHead> => {
		const headers = section.take();
		const facts = factsOf(headers);
		const {method, target, minorVersion, authority, path, query} = line as RequestLine;
		const framing = readFraming(facts, minorVersion, limits.bodyBytes) ?? noBody;
		checkBodyOfOldRequest(method, minorVersion, framing);
		const host = readHost(facts, minorVersion, authority);
		const {keepAlive, upgrade} = readConnection(facts, minorVersion);
		const expectsContinue = minorVersion === 1 && facts.expect?.toLowerCase() === '100-continue';
		return {
			head: {
				method,
				scheme,
				authority: host,
				path,
				query,
				headers,
				target,
				minorVersion,
				framing,
				keepAlive,
				upgrade,
				expectsContinue,
			},
			framing,
			waits: upgrade !== undefined || method === 'CONNECT',
			isLast: !keepAlive,
		};
	};

	return createMessageReader({limits, section, finish, statusOf: ({status}) => status});
};

/** Servers of HTTP/1.0 took no body here, and would read it as the next request. RFC 9110, 9.3.1 allows to refuse it; HAProxy does. */
const checkBodyOfOldRequest = (method: string, minorVersion: MinorVersion, framing: Framing): void => {
	if (minorVersion === 0 && framing.kind === 'length' && framing.bytes > 0 && bodilessMethods.has(method)) {
		throw new Refused(400, `${method} of HTTP/1.0 has a body`);
	}
};

const bodilessMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);

const readHost = ({hosts, host}: Facts, minorVersion: MinorVersion, authority: string | undefined): string => {
	if (hosts > 1) {
		throw new Refused(400, 'Host is given more than once');
	}

	if (hosts === 0) {
		if (minorVersion === 1) {
			throw new Refused(400, 'Host is missing');
		}

		return authority ?? '';
	}

	if (!isAuthority(host)) {
		throw new Refused(400, 'the Host is not a host with an optional port');
	}

	if (authority !== undefined && authority !== host && authority.toLowerCase() !== host.toLowerCase()) {
		throw new Refused(400, 'the address in the request target and the Host differ');
	}

	return host;
};
