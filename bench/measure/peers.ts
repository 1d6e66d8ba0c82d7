// All proxies that are measured beside each other, ready on their core.

import {startSpanSink} from '../load/span-sink.ts';
import type {Bench} from '../part.ts';
import {startBackend} from '../peers/backend.ts';
import {createCertificates} from '../peers/create-certificates.ts';
import {type DevmeshPeer, startDevmesh} from '../peers/devmesh.ts';
import {startHaproxy} from '../peers/haproxy.ts';
import {startHttpProxyMiddleware} from '../peers/http-proxy-middleware.ts';
import {startNginx} from '../peers/nginx.ts';
import type {Ground, Peer} from '../peers/peer.ts';
import {mustRefuseStrangers} from '../peers/refuses-strangers.ts';
import {untilAnswers} from '../peers/until-answers.ts';

export interface Field {
	/** The backend itself, without a path. */
	readonly directUrl: string;
	readonly devmesh: DevmeshPeer;
	/** devmesh first. */
	readonly peers: readonly Peer[];
	/** Throws when devmesh has sent no spans: it would have been measured without them. */
	readonly mustHaveSentSpans: () => void;
}

/** Starts backend, devmesh with everything on, nginx, HAProxy and http-proxy-middleware. */
export const startField = async ({scope, cores, tell}: Bench): Promise<Field> => {
	tell('starting the backend and the proxies');
	const sink = await startSpanSink(scope);
	const backend = await startBackend(scope, cores.load);
	const ground: Ground = {
		backendPort: backend.port,
		core: cores.proxy,
		certificates: await createCertificates(scope),
	};
	const devmesh = await startDevmesh(scope, {core: cores.proxy, observability: {otlp: sink.url, accessLog: 'json'}});
	const peers = [
		devmesh,
		await startNginx(scope, ground),
		await startHaproxy(scope, ground),
		await startHttpProxyMiddleware(scope, ground),
	];
	for (const {name, plainUrl, mutualUrl, innerPort} of peers) {
		await untilAnswers(scope, plainUrl);
		await untilAnswers(scope, mutualUrl);
		await mustRefuseStrangers(name, innerPort);
	}

	return {
		directUrl: backend.url,
		devmesh,
		peers,
		mustHaveSentSpans: () => {
			if (sink.bytes() === 0) {
				throw new Error('devmesh has sent no spans');
			}
		},
	};
};
