// The program of that peer: one plain hop, and two with mutual TLS between them, in one process.
import {readFileSync} from 'node:fs';
import http, {type RequestListener} from 'node:http';
import https from 'node:https';
import process from 'node:process';
import {createProxyMiddleware} from 'http-proxy-middleware';
import type {MiddlewareWish} from './http-proxy-middleware.ts';

const {backendPort, plain, outer, inner, certificates} = JSON.parse(process.argv[2] ?? '') as MiddlewareWish;
const own = {
	cert: readFileSync(certificates.certificate),
	key: readFileSync(certificates.key),
	ca: readFileSync(certificates.root),
	minVersion: 'TLSv1.3',
} as const;

const proxyTo = (target: string, agent: http.Agent): RequestListener => {
	const middleware = createProxyMiddleware({target, agent});
	return (request, response) => {
		void middleware(request, response, () => {});
	};
};

const toBackend = proxyTo(`http://127.0.0.1:${backendPort}`, new http.Agent({keepAlive: true}));
const toInner = proxyTo(
	`https://127.0.0.1:${inner}`,
	new https.Agent({keepAlive: true, servername: certificates.name, ...own}),
);
http.createServer(toBackend).listen(plain, '127.0.0.1');
http.createServer(toInner).listen(outer, '127.0.0.1');
https.createServer({...own, requestCert: true}, toBackend).listen(inner, '127.0.0.1');
