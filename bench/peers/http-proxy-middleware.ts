// http-proxy-middleware on Node's own servers: what people write themselves.

import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {freePort} from '../free-port.ts';
import type {Scope} from '../scope.ts';
import {startProgram} from '../start-program.ts';
import type {Ground, Peer} from './peer.ts';

const program = fileURLToPath(new URL('http-proxy-middleware-program.ts', import.meta.url));

/** What its program is told. */
export interface MiddlewareWish {
	readonly backendPort: number;
	readonly plain: number;
	readonly outer: number;
	readonly inner: number;
	readonly certificates: Ground['certificates'];
}

/** Starts it; it may not listen yet. */
export const startHttpProxyMiddleware = async (scope: Scope, ground: Ground): Promise<Peer> => {
	const {backendPort, certificates, core} = ground;
	const ports = {plain: await freePort(), outer: await freePort(), inner: await freePort()};
	const wish: MiddlewareWish = {backendPort, certificates, ...ports};
	startProgram(scope, [process.execPath, program, JSON.stringify(wish)], {core});
	return {
		name: 'http-proxy-middleware',
		plainUrl: `http://127.0.0.1:${ports.plain}`,
		mutualUrl: `http://127.0.0.1:${ports.outer}`,
		innerPort: ports.inner,
	};
};
