// Reads what was sent to the API.
import type {Context} from 'hono';
import {HTTPException} from 'hono/http-exception';
import {problem} from './api-problem.ts';

/** Gives the value in the body. Throws a refusal when it is no JSON, or not said to be: a form of a foreign page could be anything. */
export const readJsonBody = async ({req}: Context): Promise<unknown> => {
	if (!/^application\/json\s*(;|$)/i.test(req.header('content-type') ?? '')) {
		throw problem(415, {
			code: 'DM6018',
			message: `the body is ${req.header('content-type') ?? 'of no type'}, not JSON`,
			remedy: 'Send it with content-type: application/json.',
		});
	}

	try {
		return (await req.json()) as unknown;
	} catch (error) {
		throw error instanceof HTTPException
			? error
			: problem(400, {
					code: 'DM6004',
					message: 'the body is no JSON',
					remedy: 'Send one JSON object, such as { "to": "ratings", "delay": { "duration": "2s" } }.',
				});
	}
};
