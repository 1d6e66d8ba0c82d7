// How services are told of in the environment of whoever calls them.

export interface ServiceAddress {
	readonly service: string;
	/** Which of its ports this is. */
	readonly at: number;
	/** Whether it is the service's own port, the first. */
	readonly isOwn: boolean;
	readonly url: string;
	readonly host: string;
	readonly port: string;
}

/** Gives `API_URL`, `API_HOST` and `API_PORT`. The port of another one stands last, where no other service's name can end: API_URL_9000 is never the URL of a service. */
export const addressVariables = ({service, at, isOwn, url, host, port}: ServiceAddress): Record<string, string> => {
	const name = service.toUpperCase().replaceAll('-', '_');
	const ending = isOwn ? '' : `_${at}`;
	return {[`${name}_URL${ending}`]: url, [`${name}_HOST${ending}`]: host, [`${name}_PORT${ending}`]: port};
};
