// How the API refuses.
import {HTTPException} from 'hono/http-exception';
import type {ApiProblem} from '../model/api.ts';

type Status = 400 | 401 | 403 | 404 | 413 | 415 | 500;

/** Makes a refusal that the app turns into an `ApiProblem`. */
export const problem = (status: Status, parts: ApiProblem): HTTPException =>
	new HTTPException(status, {message: parts.message, res: Response.json(parts, {status}), cause: parts});
