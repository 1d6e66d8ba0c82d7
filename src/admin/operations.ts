// Every operation of the API, as its description says it. A test holds that these are the ones that there are.

export interface Operation {
	readonly method: 'get' | 'post' | 'delete';
	/** Below `/api/v1`. */
	readonly path: string;
	/** Unique; what generated clients call it. */
	readonly id: string;
	readonly summary: string;
	/** The query, by name. */
	readonly query?: Readonly<Record<string, Parameter>>;
	/** Whether it takes a fault. */
	readonly takesFault?: true;
	readonly answer: Answer;
}

export interface Parameter {
	readonly description: string;
	readonly type: 'string' | 'integer' | 'boolean';
	readonly enum?: readonly string[];
}

export type Answer =
	/** JSON of a type of `src/model/`; a list of them with `isList`. */
	| {readonly kind: 'json'; readonly status: 200 | 201; readonly type: string; readonly isList?: true}
	| {readonly kind: 'text'; readonly description: string}
	/** Server-sent events, the data of each of this type. */
	| {readonly kind: 'events'; readonly type: string}
	/** One JSON value a line, each of this type. */
	| {readonly kind: 'lines'; readonly type: string}
	| {readonly kind: 'accepted'}
	| {readonly kind: 'any'};

const one = (type: string, status: 200 | 201 = 200): Answer => ({kind: 'json', status, type});
const list = (type: string): Answer => ({kind: 'json', status: 200, type, isList: true});

export const operations: readonly Operation[] = [
	{method: 'get', path: '/openapi.json', id: 'getDescription', summary: 'This description.', answer: {kind: 'any'}},
	{method: 'get', path: '/status', id: 'getStatus', summary: 'How the mesh is.', answer: one('MeshStatus')},
	{
		method: 'get',
		path: '/config',
		id: 'getConfig',
		summary: 'The accepted config, as devmesh understands it.',
		answer: one('AcceptedConfig'),
	},
	{
		method: 'get',
		path: '/revisions',
		id: 'listRevisions',
		summary: 'The newest publications, oldest first, with what was refused.',
		answer: list('Revision'),
	},
	{
		method: 'get',
		path: '/services',
		id: 'listServices',
		summary: 'The services with their instances and their traffic, one entry a version.',
		answer: list('ServiceStatus'),
	},
	{
		method: 'get',
		path: '/services/{name}',
		id: 'getService',
		summary: 'The versions of one service.',
		answer: list('ServiceStatus'),
	},
	{
		method: 'get',
		path: '/endpoints',
		id: 'listEndpoints',
		summary: 'Where requests are sent, and whether they are.',
		answer: list('EndpointStatus'),
	},
	{
		method: 'get',
		path: '/events',
		id: 'streamEvents',
		summary: 'What happens in the mesh, as server-sent events; how things stand comes first.',
		answer: {kind: 'events', type: 'MeshEvent'},
	},
	{
		method: 'get',
		path: '/routes',
		id: 'listRoutes',
		summary: 'Where requests go, in sentences.',
		query: {service: {description: 'Only of this service.', type: 'string'}},
		answer: list('RouteExplanation'),
	},
	{method: 'get', path: '/faults', id: 'listFaults', summary: 'The faults in force.', answer: list('FaultStatus')},
	{
		method: 'post',
		path: '/faults',
		id: 'addFault',
		summary: 'Add a fault, as YAML has it. With `for` it ends by itself unless it is renewed before.',
		takesFault: true,
		answer: one('FaultStatus', 201),
	},
	{
		method: 'post',
		path: '/faults/{id}/renew',
		id: 'renewFault',
		summary: 'Let a fault that was added for a time last as long again.',
		answer: one('FaultStatus'),
	},
	{method: 'delete', path: '/faults', id: 'clearFaults', summary: 'Clear all added faults.', answer: one('Removed')},
	{method: 'delete', path: '/faults/{id}', id: 'clearFault', summary: 'Clear one added fault.', answer: one('Removed')},
	{
		method: 'get',
		path: '/metrics',
		id: 'getMetrics',
		summary: "The metrics, in Prometheus' text format.",
		answer: {kind: 'text', description: "Prometheus' text format, version 0.0.4."},
	},
	{
		method: 'get',
		path: '/requests',
		id: 'listRequests',
		summary: 'The newest requests, oldest first. Whatever had ended before is there.',
		query: {
			from: {description: 'Only of this caller.', type: 'string'},
			to: {description: 'Only to this service.', type: 'string'},
			sidecar: {description: 'Only as this proxy saw them; most requests are seen by two.', type: 'string'},
			direction: {description: 'Only on this way.', type: 'string', enum: ['inbound', 'outbound', 'gateway']},
			status: {description: 'Only with this status.', type: 'integer'},
			trace: {description: 'Only of this trace.', type: 'string'},
			request: {description: 'Only with this request id.', type: 'string'},
			failed: {description: 'Only those with a 5xx or a response flag.', type: 'boolean'},
			after: {description: 'Only those with a higher number.', type: 'integer'},
			limit: {description: 'How many, up to 10,000. Default: 100.', type: 'integer'},
		},
		answer: one('RequestList'),
	},
	{
		method: 'get',
		path: '/traces/{id}',
		id: 'getTrace',
		summary: 'The spans of one trace, by their start.',
		answer: one('Trace'),
	},
	{
		method: 'get',
		path: '/certificates',
		id: 'listCertificates',
		summary: 'Who shows which certificate, until when.',
		answer: list('CertificateStatus'),
	},
	{
		method: 'get',
		path: '/logs',
		id: 'streamLogs',
		summary: 'What the apps print.',
		query: {
			service: {description: 'A service or an instance. Default: all.', type: 'string'},
			lines: {description: 'Of the end of each log. Default: 100.', type: 'integer'},
			follow: {description: 'Whether to go on.', type: 'boolean'},
		},
		answer: {kind: 'lines', type: 'LogLine'},
	},
	{
		method: 'post',
		path: '/reload',
		id: 'reload',
		summary: 'Read the config again; answered when every sidecar has taken it, or it was refused.',
		query: {build: {description: 'Whether images are built anew first.', type: 'boolean'}},
		answer: one('ReloadResult'),
	},
	{
		method: 'post',
		path: '/services/{name}/restart',
		id: 'restartService',
		summary: "Make a service's instances anew, or one of them; answered when they were started or could not be.",
		answer: one('RestartResult'),
	},
	{method: 'post', path: '/plan', id: 'plan', summary: 'What the file would change now.', answer: one('PlanResult')},
	{
		method: 'post',
		path: '/down',
		id: 'bringDown',
		summary: 'Begin to bring the mesh down.',
		answer: {kind: 'accepted'},
	},
	{
		method: 'post',
		path: '/sidecars/{id}/restart',
		id: 'restartSidecar',
		summary: 'Replace a sidecar by a fresh one.',
		answer: {kind: 'accepted'},
	},
];
