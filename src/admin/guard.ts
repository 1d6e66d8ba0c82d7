// Who may use the API: whoever holds the token, asks by a name of this machine, and is no foreign page.
import {createHash, timingSafeEqual} from 'node:crypto';
import type {MiddlewareHandler} from 'hono';
import {problem} from './api-problem.ts';

export interface GuardOptions {
	readonly token: string;
	/** At which the API listens. */
	readonly port: number;
}

/** Refuses with 403 what a page of another origin or a rebound name sends (DNS rebinding), with 401 what lacks the token. */
export const guard = ({token, port}: GuardOptions): MiddlewareHandler => {
	const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
	const origins = new Set([...hosts].map(host => `http://${host}`));
	return async (context, next) => {
		const host = context.req.header('host');
		// A request may carry its address in the first line, too (RFC 9112, 3.2.2).
		const isOurs =
			host !== undefined && [host.toLowerCase(), new URL(context.req.url).host].every(name => hosts.has(name));
		if (!isOurs) {
			throw problem(403, {
				code: 'DM6002',
				message: `the API does not answer to the host ${host ?? 'of nobody'}`,
				remedy: `Ask at http://127.0.0.1:${port}.`,
			});
		}

		const origin = context.req.header('origin');
		if (origin !== undefined && !origins.has(origin)) {
			throw problem(403, {
				code: 'DM6003',
				message: `the API does not answer to pages of ${origin}`,
				remedy: 'Use it from the machine itself, or from its own pages.',
			});
		}

		if (!isSame(context.req.header('authorization') ?? '', `Bearer ${token}`)) {
			throw problem(401, {
				code: 'DM6001',
				message: 'the token is missing or wrong',
				remedy: "Send authorization: Bearer <token>; it stands in api.json of the mesh's state folder.",
			});
		}

		await next();
	};
};

/** Compares in a time that tells nothing of where two texts differ. */
const isSame = (one: string, two: string): boolean => timingSafeEqual(digest(one), digest(two));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
