// What the API says of requests: metrics, the newest requests, traces.
import type {Hono} from 'hono';
import {z} from 'zod';
import type {RequestList, RequestQuery} from '../model/request-summary.ts';
import {prometheusContentType} from '../telemetry/prometheus-text.ts';
import {problem} from './api-problem.ts';
import type {ApiEnvironment} from './create-api.ts';
import type {MeshDoor} from './mesh-door.ts';

/** The query of `GET /requests`. */
export const requestQuery = z.strictObject({
	from: z.string().optional().meta({description: 'The caller.'}),
	to: z.string().optional().meta({description: 'The service that was called.'}),
	sidecar: z.string().optional().meta({description: 'The proxy that saw it; most requests are seen by two.'}),
	direction: z.enum(['inbound', 'outbound', 'gateway']).optional(),
	status: z.coerce.number().int().min(0).max(599).optional(),
	trace: z.string().optional().meta({description: 'A trace id: 32 hex digits.'}),
	request: z.string().optional().meta({description: 'A request id, as in the header x-request-id.'}),
	failed: z
		.stringbool({truthy: ['true', '1', ''], falsy: ['false', '0']})
		.default(false)
		.meta({description: 'Only those with a 5xx or a response flag.'}),
	after: z.coerce.number().int().min(0).default(0).meta({description: 'Only those with a higher number.'}),
	limit: z.coerce.number().int().min(1).max(10_000).default(100).meta({description: 'The newest this many.'}),
});

/** Adds the routes. */
export const addTelemetryRoutes = (api: Hono<ApiEnvironment>, mesh: MeshDoor): void => {
	api.get('/metrics', async context => {
		context.header('content-type', prometheusContentType);
		return context.body(await mesh.metrics());
	});
	api.get('/requests', async context =>
		context.json((await mesh.requests(readQuery(context.req.query()))) satisfies RequestList),
	);
	api.get('/traces/:id', async context => {
		const id = context.req.param('id').toLowerCase();
		const trace = await mesh.trace(id);
		if (!trace) {
			throw problem(404, {
				code: 'DM6024',
				message: `no request of the trace "${id}" is known`,
				remedy: 'See the newest requests and their traces with `devmesh requests`; older ones are forgotten.',
			});
		}

		return context.json(trace);
	});
};

const readQuery = (query: Readonly<Record<string, string>>): RequestQuery => {
	const {success, data, error} = requestQuery.safeParse(query);
	if (success) {
		return data as RequestQuery;
	}

	const [issue] = error.issues;
	throw problem(400, {
		code: 'DM6025',
		message: `the query is wrong: ${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}`,
		remedy: 'It takes from, to, sidecar, direction, status, trace, request, failed, after and limit.',
	});
};
