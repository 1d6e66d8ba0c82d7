// The host's end of the bridge: keeps connections to it at hand, over which containers reach local processes.
import {connect as connectTcp} from 'node:net';
import {connect as connectTls, type TLSSocket} from 'node:tls';
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import type {Certificate} from '../model/certificate.ts';
import {meshClientOptions} from '../pki/mesh-tls.ts';
import {checkPeer} from '../pki/peer-identity.ts';
import {type Dialled, type LocalAddress, serveLocal} from './serve-local.ts';

export interface BackConnections {
	/** How many wait to be used. */
	readonly idle: () => number;
	/** Breaks off every connection, the used ones, too. */
	readonly close: () => void;
}

/** A local process that a container wants to reach. */
export interface WantedInstance {
	readonly instance: string;
	/** Of its service, when it is not the service's own. */
	readonly port?: number;
}

export interface BackConnectionsParts {
	/** Of the bridge, on 127.0.0.1. */
	readonly port: number;
	/** Of the control plane; asked at every dialling, since it is renewed. */
	readonly certificate: () => Certificate;
	readonly trustedRoots: () => readonly string[];
	/** The SPIFFE id that the bridge must prove. */
	readonly bridge: string;
	/** How many to keep at hand. */
	readonly count: number;
	/** Where a local process is reached, on 127.0.0.1; undefined for one that may not be. */
	readonly addressOf: (wanted: WantedInstance) => LocalAddress | undefined;
	readonly clock: Clock;
}

const backName = 'back.bridge.devmesh';
const shortestPause = 50;
const longestPause = 1000;
// A connection that was kept this long was welcome.
const steady = 5000;
const handshakeLimit = ms(5000);
const keepAlive = 30_000;
const longestLine = 4096;

/** Starts to dial, and goes on until it is closed. */
export const keepBackConnections = (parts: BackConnectionsParts): BackConnections => {
	const {clock, count, addressOf} = parts;
	const stop = new AbortController();
	const idle = new Set<TLSSocket>();
	const used = new Set<TLSSocket>();

	const use = (dialled: Dialled, wanted: WantedInstance): void => {
		const {connection} = dialled;
		used.add(connection);
		connection.once('close', () => used.delete(connection));
		serveLocal(dialled, addressOf(wanted), parts.trustedRoots());
	};

	const keepOne = async (): Promise<void> => {
		let pause = shortestPause;
		while (!stop.signal.aborted) {
			const since = clock.now();
			const dialled = await dial(parts, stop.signal).catch(() => undefined);
			if (dialled) {
				const {connection} = dialled;
				idle.add(connection);
				const wanted = await awaitWanted(connection);
				idle.delete(connection);
				if (wanted) {
					use(dialled, wanted);
					pause = shortestPause;
					continue;
				}
			}

			pause = clock.now() - since >= steady ? shortestPause : pause;
			await clock.sleep(ms(pause), stop.signal).catch(() => {});
			pause = Math.min(longestPause, pause * 2);
		}
	};

	for (let index = 0; index < count; index++) {
		void keepOne();
	}

	return {
		idle: () => idle.size,
		close: () => {
			stop.abort();
			for (const connection of [...idle, ...used]) {
				connection.destroy();
			}
		},
	};
};

const dial = (
	{port, certificate, trustedRoots, bridge, clock}: BackConnectionsParts,
	signal: AbortSignal,
): Promise<Dialled> =>
	new Promise((resolve, reject) => {
		// One direction may end first; TLS takes that over from the socket below.
		const carrier = connectTcp({
			host: '127.0.0.1',
			port,
			allowHalfOpen: true,
			noDelay: true,
			keepAlive: true,
			keepAliveInitialDelay: keepAlive,
		});
		const connection = connectTls({
			...meshClientOptions(certificate(), trustedRoots()),
			socket: carrier,
			servername: backName,
			checkServerIdentity: checkPeer(bridge),
		});
		const cancel = clock.after(handshakeLimit, () => connection.destroy());
		const onAbort = (): void => {
			connection.destroy();
		};

		signal.addEventListener('abort', onAbort, {once: true});
		const finish = (): void => {
			cancel();
			signal.removeEventListener('abort', onAbort);
		};

		connection.once('secureConnect', () => {
			finish();
			resolve({connection, carrier});
		});
		connection.on('error', () => connection.destroy());
		connection.once('close', () => {
			finish();
			reject(new Error('the bridge closed the connection'));
		});
	});

/** Resolves with what a container wants to reach; with undefined when the connection has gone. */
const awaitWanted = (connection: TLSSocket): Promise<WantedInstance | undefined> =>
	new Promise(resolve => {
		let bytes = Buffer.alloc(0);
		const finish = (wanted: WantedInstance | undefined): void => {
			connection.off('data', look).off('end', giveUp).off('close', giveUp);
			connection.pause();
			if (!wanted) {
				connection.destroy();
			}

			resolve(wanted);
		};

		const look = (piece: Buffer): void => {
			bytes = Buffer.concat([bytes, piece]);
			const end = bytes.indexOf('\n');
			if (end !== -1) {
				finish(wantedIn(bytes.toString('utf8', 0, end)));
				connection.unshift(bytes.subarray(end + 1));
			} else if (bytes.length > longestLine) {
				giveUp();
			}
		};

		const giveUp = (): void => finish(undefined);
		connection.on('data', look).on('end', giveUp).on('close', giveUp);
	});

const wantedIn = (line: string): WantedInstance | undefined => {
	try {
		const {instance, port} = JSON.parse(line) as {readonly instance?: unknown; readonly port?: unknown};
		return typeof instance === 'string' ? {instance, ...(typeof port === 'number' && {port})} : undefined;
	} catch {
		return undefined;
	}
};
