// Sends one request to the API and turns every way in which it can go wrong into a MeshError.
import type {Clock} from '../common/clock.ts';
import {MeshError} from '../common/mesh-error.ts';
import type {Milliseconds} from '../common/units.ts';
import type {ApiAddress, ApiProblem} from '../model/api.ts';

export interface ApiRequest {
	readonly method: string;
	/** Below `/api/v1`. */
	readonly path: string;
	readonly body?: unknown;
	/** Until the head of the answer is there. */
	readonly limitMs: Milliseconds;
	readonly clock: Clock;
	/** Ends the answer, too. */
	readonly signal?: AbortSignal;
}

/** Gives the answer to a request that the API has granted. Throws MeshError. */
export const askApi = async (
	{url, token}: Pick<ApiAddress, 'url' | 'token'>,
	{method, path, body, limitMs, clock, signal}: ApiRequest,
): Promise<Response> => {
	const limit = new AbortController();
	const cancel = clock.after(limitMs, () => limit.abort());
	try {
		const response = await fetch(`${url}/api/v1${path}`, {
			method,
			headers: {
				authorization: `Bearer ${token}`,
				// One that stayed open would have been closed from the other end while this process was blocked, by a command that it waits for perhaps.
				connection: 'close',
				...(body !== undefined && {'content-type': 'application/json'}),
			},
			...(body !== undefined && {body: JSON.stringify(body)}),
			signal: signal ? AbortSignal.any([signal, limit.signal]) : limit.signal,
			// Whoever answers instead of the mesh is not followed elsewhere with the token.
			redirect: 'error',
		});
		if (response.ok) {
			return response;
		}

		throw await refusal(response);
	} catch (error) {
		throw error instanceof MeshError ? error : limit.signal.aborted ? tooLate(limitMs, error) : notRunning(error);
	} finally {
		cancel();
	}
};

/** Gives the value of an answer. Throws MeshError when it is no JSON. */
export const readAnswer = async <Value>(response: Response): Promise<Value> => {
	try {
		return (await response.json()) as Value;
	} catch (error) {
		throw error instanceof SyntaxError ? stranger(response.status, error) : notRunning(error);
	}
};

const notRunning = (cause: unknown): MeshError =>
	new MeshError({
		code: 'DM6010',
		message: 'the mesh is not running: nobody answers at its address',
		remedy: 'Start it with `devmesh up`; if it runs, its control plane is being started again.',
		cause,
	});

const tooLate = (limitMs: Milliseconds, cause: unknown): MeshError =>
	new MeshError({
		code: 'DM6019',
		message: `the control plane has not answered within ${limitMs / 1000} s`,
		remedy: 'Ask again; if it hangs, end its process and run `devmesh up`: the mesh goes on meanwhile.',
		cause,
	});

const stranger = (status: number, cause: unknown): MeshError =>
	new MeshError({
		code: 'DM6011',
		message: `the answer (${status}) is none that this version of devmesh understands`,
		remedy: 'Bring the mesh down and up again with the same version of devmesh.',
		cause,
	});

const refusal = async (response: Response): Promise<MeshError> => {
	const problem = await response.json().catch(() => undefined);
	return isProblem(problem) ? new MeshError(problem) : stranger(response.status, problem);
};

const isProblem = (value: unknown): value is ApiProblem =>
	typeof value === 'object' && value !== null && 'code' in value && 'message' in value && 'remedy' in value;
