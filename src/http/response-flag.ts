// Envoy's response flags that devmesh sets: short names that people and dashboards know.
// Source: Envoy, configuration/observability/access_log/usage, "%RESPONSE_FLAGS%".

export const responseFlags = {
	DC: 'the client left before the reply was complete',
	DI: 'a fault delayed the request',
	FI: 'a fault answered the request',
	IH: 'the request was refused because of its headers',
	NC: 'the route leads to a service that does not exist',
	NR: 'no route matched',
	UAEX: 'the request was not authorized',
	UC: 'the upstream connection broke',
	UF: 'the upstream connection could not be made',
	UH: 'no healthy upstream',
	UR: 'the upstream reset the request',
	URX: 'the limit of retries was reached',
	UT: 'the upstream did not answer in time',
} as const satisfies Record<string, string>;

export type ResponseFlag = keyof typeof responseFlags;
