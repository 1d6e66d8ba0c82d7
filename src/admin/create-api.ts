// The API of a running mesh, version 1: what the command line and everybody else speak.
import {type Context, Hono} from 'hono';
import {bodyLimit} from 'hono/body-limit';
import {HTTPException} from 'hono/http-exception';
import type {Clock} from '../common/clock.ts';
import type {ApiProblem} from '../model/api.ts';
import {problem} from './api-problem.ts';
import {guard} from './guard.ts';
import type {MeshDoor} from './mesh-door.ts';
import {streamEvents} from './stream-events.ts';
import {streamLogs} from './stream-logs.ts';

export interface ApiOptions {
	readonly mesh: MeshDoor;
	/** Who has it may do everything. */
	readonly token: string;
	readonly port: number;
	readonly clock: Clock;
}

// A fault is a few lines.
const longestBody = 1024 * 1024;

/** Creates the app; `serveApi` puts it on a socket. */
export const createApi = ({mesh, token, port, clock}: ApiOptions): Hono => {
	const api = new Hono().basePath('/api/v1');
	api.use(guard({token, port}));
	api.use(bodyLimit({maxSize: longestBody, onError: () => Promise.reject(tooLarge())}));

	api.get('/status', context => context.json(mesh.status()));
	api.get('/events', context => streamEvents(context, mesh, clock));
	api.get('/routes', context => {
		const service = context.req.query('service');
		const routes = mesh.routes(service);
		if (!routes) {
			throw unknown('service', service ?? '');
		}

		return context.json(routes);
	});
	api.get('/faults', context => context.json(mesh.status().faults));
	api.post('/faults', async context => {
		const {fault, diagnostics} = await mesh.addFault(await readJsonBody(context));
		if (!fault) {
			const [first] = diagnostics;
			throw problem(400, {
				code: first?.code ?? 'DM6004',
				message: first?.finding ?? 'this is no fault',
				remedy: first?.remedy ?? 'See `devmesh fault add --help`.',
			});
		}

		return context.json(fault, 201);
	});
	api.delete('/faults', async context => context.json({removed: await mesh.clearFaults()}));
	api.delete('/faults/:id', async context => {
		const id = context.req.param('id');
		const removed = await mesh.clearFaults(id);
		if (removed === 0) {
			throw unknown('fault', id);
		}

		return context.json({removed});
	});
	api.get('/certificates', context => context.json(mesh.certificates()));
	api.get('/logs', context => streamLogs(context, mesh));
	api.post('/reload', async context => context.json(await mesh.reload()));
	api.post('/plan', async context => context.json(await mesh.plan()));
	api.post('/down', context => {
		mesh.down();
		return context.body(null, 202);
	});
	api.post('/sidecars/:id/restart', context => {
		const id = context.req.param('id');
		if (!mesh.restartSidecar(id)) {
			throw unknown('sidecar', id);
		}

		return context.body(null, 202);
	});

	api.notFound(context => Response.json(notFound(context.req.path), {status: 404}));
	api.onError(error =>
		error instanceof HTTPException
			? error.getResponse()
			: Response.json(
					{
						code: 'DM6005',
						message: String(error),
						remedy: 'This is a defect of devmesh; its log says more.',
					} satisfies ApiProblem,
					{
						status: 500,
					},
				),
	);
	return api;
};

const readJsonBody = async (context: Context): Promise<unknown> => {
	try {
		return (await context.req.json()) as unknown;
	} catch (error) {
		throw error instanceof HTTPException
			? error
			: problem(400, {
					code: 'DM6004',
					message: 'the body is no JSON',
					remedy: 'Send content-type: application/json and one object.',
				});
	}
};

const unknown = (kind: string, name: string): HTTPException =>
	problem(404, {
		code: 'DM6006',
		message: `there is no ${kind} "${name}"`,
		remedy: 'See what there is with `devmesh status`.',
	});

const notFound = (path: string): ApiProblem => ({
	code: 'DM6007',
	message: `the API has no ${path}`,
	remedy: 'Its paths begin with /api/v1/, such as /api/v1/status.',
});

const tooLarge = (): HTTPException =>
	problem(413, {code: 'DM6008', message: `the body is longer than ${longestBody} bytes`, remedy: 'Send less.'});
