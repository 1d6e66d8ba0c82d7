// Connections that wait to be used, and those who wait for one.
import type {TLSSocket} from 'node:tls';
import type {Clock} from '../common/clock.ts';
import {ms} from '../common/units.ts';

export interface IdleConnections {
	/** Keeps a connection until it is taken. It must be silent until then. */
	readonly add: (connection: TLSSocket) => void;
	/** Resolves with a connection, paused; with undefined when none came in time. */
	readonly take: () => Promise<TLSSocket | undefined>;
	readonly close: () => void;
}

const patience = ms(5000);
// Those who keep them keep four.
const mostIdle = 64;
const mostWaiting = 256;

/** Creates an empty stock. */
export const createIdleConnections = (clock: Clock): IdleConnections => {
	const idle = new Map<TLSSocket, () => void>();
	const waiting = new Set<(connection: TLSSocket | undefined) => void>();

	const keep = (connection: TLSSocket): void => {
		const drop = (): void => {
			idle.delete(connection);
			connection.destroy();
		};

		connection.on('data', drop).on('end', drop).on('close', drop);
		idle.set(connection, () => {
			connection.off('data', drop).off('end', drop).off('close', drop);
			connection.pause();
		});
		// Read all the time: an end is not seen otherwise.
		connection.resume();
	};

	return {
		add: connection => {
			const [first] = waiting;
			if (first) {
				connection.pause();
				first(connection);
			} else if (idle.size < mostIdle) {
				keep(connection);
			} else {
				connection.destroy();
			}
		},
		take: () => {
			const [next] = idle;
			if (next) {
				const [connection, release] = next;
				idle.delete(connection);
				release();
				return Promise.resolve(connection);
			}

			return new Promise(resolve => {
				const finish = (connection: TLSSocket | undefined): void => {
					waiting.delete(finish);
					cancel();
					resolve(connection);
				};

				const cancel = clock.after(waiting.size < mostWaiting ? patience : ms(0), () => finish(undefined));
				waiting.add(finish);
			});
		},
		close: () => {
			for (const finish of [...waiting]) {
				finish(undefined);
			}

			for (const connection of [...idle.keys()]) {
				connection.destroy();
			}
		},
	};
};
