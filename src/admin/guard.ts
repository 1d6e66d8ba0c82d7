// Who may use the API: whoever holds the token, asks by a name of this machine, and is no foreign page.
import type {MiddlewareHandler} from 'hono';
import {problem} from './api-problem.ts';
import {isSameText} from './is-same-text.ts';
import {refusalOf} from './visitor.ts';

export interface GuardOptions {
	readonly token: string;
	/** At which the API listens. */
	readonly port: number;
}

/** Refuses with 403 what a page of another origin or a rebound name sends (DNS rebinding), with 401 what lacks the token. */
export const guard =
	({token, port}: GuardOptions): MiddlewareHandler =>
	async ({req}, next) => {
		const refusal = refusalOf({host: req.header('host'), target: req.url, origin: req.header('origin')}, port);
		if (refusal) {
			throw problem(403, refusal);
		}

		if (!isSameText(req.header('authorization') ?? '', `Bearer ${token}`)) {
			throw problem(401, {
				code: 'DM6001',
				message: 'the token is missing or wrong',
				remedy: "Send authorization: Bearer <token>; it stands in api.json of the mesh's state folder.",
			});
		}

		await next();
	};
