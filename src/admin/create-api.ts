// The API of a running mesh, version 1: what the command line and everybody else speak.
import type {HttpBindings} from '@hono/node-server';
import {type Context, Hono} from 'hono';
import {bodyLimit} from 'hono/body-limit';
import {HTTPException} from 'hono/http-exception';
import type {Clock} from '../common/clock.ts';
import type {Log} from '../common/log.ts';
import {problem} from './api-problem.ts';
import {guard} from './guard.ts';
import type {MeshDoor} from './mesh-door.ts';
import {readJsonBody} from './read-json-body.ts';
import {streamEvents} from './stream-events.ts';
import {streamLogs} from './stream-logs.ts';
import {addTelemetryRoutes} from './telemetry-routes.ts';

export interface ApiOptions {
	readonly mesh: MeshDoor;
	/** Who has it may do everything. */
	readonly token: string;
	readonly port: number;
	/** The description of the API, as JSON. */
	readonly openApi: string;
	readonly clock: Clock;
	/** Told of defects. */
	readonly log: Log;
	/** Aborted when the API ends, so that its streams do, too. */
	readonly ending: AbortSignal;
}

/** What the server hands to the app beside a request. */
export interface ApiEnvironment {
	Bindings: HttpBindings;
}

// A fault is a few lines.
const longestBody = 1024 * 1024;

/** Creates the app; `serveApi` puts it on a socket. */
export const createApi = ({mesh, token, port, openApi, clock, log, ending}: ApiOptions): Hono<ApiEnvironment> => {
	const app = new Hono<ApiEnvironment>();
	// Before all else, also before what does not exist: a stranger learns nothing.
	app.use(guard({token, port}));
	app.use(bodyLimit({maxSize: longestBody, onError: () => Promise.reject(tooLarge())}));
	app.notFound(({req}) => notFound(req.method, req.path).getResponse());
	app.onError((error, {req}) => {
		if (error instanceof HTTPException) {
			return error.getResponse();
		}

		log.write('error', 'a request to the API failed', {method: req.method, path: req.path, error: error.stack});
		return defect(error).getResponse();
	});

	const api = app.basePath('/api/v1');
	api.get('/openapi.json', context => context.body(openApi, 200, {'content-type': 'application/json'}));
	api.get('/status', context => context.json(mesh.status()));
	api.get('/config', context => context.json(mesh.config()));
	api.get('/revisions', context => context.json(mesh.revisions()));
	api.get('/services', context => context.json(mesh.status().services));
	api.get('/services/:name', context => {
		const name = context.req.param('name');
		const versions = mesh.status().services.filter(({service}) => service === name);
		if (versions.length === 0) {
			throw unknown('service', name);
		}

		return context.json(versions);
	});
	api.get('/endpoints', context => context.json(mesh.endpoints()));
	api.get('/events', context => streamEvents(context, {mesh, clock, ending}));
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
	api.post('/faults/:id/renew', async context => {
		const id = context.req.param('id');
		const fault = await mesh.renewFault(id);
		if (!fault) {
			throw unknown('added fault', id);
		}

		return context.json(fault);
	});
	api.delete('/faults', async context => context.json({removed: await mesh.clearFaults()}));
	api.delete('/faults/:id', async context => {
		const id = context.req.param('id');
		const removed = await mesh.clearFaults(id);
		if (removed === 0) {
			throw unknown('added fault', id);
		}

		return context.json({removed});
	});
	addTelemetryRoutes(api, mesh);
	api.get('/certificates', context => context.json(mesh.certificates()));
	api.get('/logs', context => {
		const service = context.req.query('service');
		if (service !== undefined && !hasLogs(mesh, service)) {
			throw unknown('service or instance', service);
		}

		return streamLogs(context, {mesh, ending});
	});
	api.post('/reload', async context => context.json(await mesh.reload({build: context.req.query('build') === 'true'})));
	api.post('/services/:name/restart', async context => {
		const name = context.req.param('name');
		const result = await mesh.restart(name);
		if (!result) {
			throw unknown('service or instance', name);
		}

		return context.json(result);
	});
	api.post('/plan', async context => context.json(await mesh.plan()));
	api.post('/down', context => {
		mesh.down();
		return accepted(context);
	});
	api.post('/sidecars/:id/restart', context => {
		const id = context.req.param('id');
		if (!mesh.restartSidecar(id)) {
			throw unknown('sidecar', id);
		}

		return accepted(context);
	});
	return app;
};

const accepted = (context: Context): Response => context.body(null, 202);

const hasLogs = (mesh: MeshDoor, name: string): boolean => {
	const {services, tools} = mesh.status();
	return (
		services.some(({service, instances}) => service === name || instances.some(({id}) => id === name)) ||
		tools.some(({tool}) => tool === name)
	);
};

const unknown = (kind: string, name: string): HTTPException =>
	problem(404, {
		code: 'DM6006',
		message: `there is no ${kind} "${name}"`,
		remedy: 'See what there is with `devmesh status`.',
	});

const notFound = (method: string, path: string): HTTPException =>
	problem(404, {
		code: 'DM6007',
		message: `the API has no ${method} ${path}`,
		remedy: 'Its paths begin with /api/v1/, such as GET /api/v1/status.',
	});

const tooLarge = (): HTTPException =>
	problem(413, {code: 'DM6008', message: `the body is longer than ${longestBody} bytes`, remedy: 'Send less.'});

const defect = (error: Error): HTTPException =>
	problem(500, {
		code: 'DM6005',
		message: `the control plane failed at it: ${error.message}`,
		remedy: 'This is a defect of devmesh; the log of its control plane says more.',
	});
