// HTTP and HTTPS cannot share a port.
import type {Rule} from './rule.ts';

export const gatewayPorts: Rule = ({gateway}) =>
	gateway?.httpPort !== undefined && gateway.httpPort === gateway.httpsPort
		? [
				{
					code: 'DM2030',
					path: ['gateway', 'httpsPort'],
					finding: `httpPort and httpsPort are both ${gateway.httpPort}`,
					remedy: 'Give them different ports.',
				},
			]
		: [];
