// Names of workloads. Source: SPIFFE-ID specification; the path is Istio's.

export interface SpiffeId {
	readonly trustDomain: string;
	readonly namespace: string;
	readonly service: string;
}

/** Writes `spiffe://<trust-domain>/ns/<namespace>/sa/<service>`. */
export const spiffeId = (trustDomain: string, namespace: string, service: string): string =>
	`spiffe://${trustDomain}/ns/${namespace}/sa/${service}`;

/** Reads an id of that form; undefined for any other text. */
export const parseSpiffeId = (text: string): SpiffeId | undefined => {
	const [, trustDomain, namespace, service] =
		/^spiffe:\/\/([a-z0-9._-]+)\/ns\/([A-Za-z0-9._-]+)\/sa\/([A-Za-z0-9._-]+)$/.exec(text) ?? [];
	return trustDomain && namespace && service ? {trustDomain, namespace, service} : undefined;
};
