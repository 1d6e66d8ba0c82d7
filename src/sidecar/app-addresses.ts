// Where an app in the same container network may listen.
import {networkInterfaces} from 'node:os';

/** Gives 127.0.0.1, ::1, and then the container's own addresses. */
export const appAddresses = (): readonly string[] => [
	'127.0.0.1',
	'::1',
	...Object.values(networkInterfaces())
		.flatMap(addresses => addresses ?? [])
		.filter(({internal, scopeid}) => !internal && !scopeid)
		.map(({address}) => address),
];
