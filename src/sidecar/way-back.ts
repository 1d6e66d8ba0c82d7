// Keeps the way from containers to local processes open, as the control plane last said, also when that is gone.
import type {Clock} from '../common/clock.ts';
import {type WayBack, wayBackName} from '../model/way-back.ts';
import {type BackConnections, keepBackConnections} from './bridge-back.ts';

export interface WayBackKeeper {
	/** Goes by this from now on; null closes the way. Connections that are used go on, unless the bridge is another one. */
	readonly take: (way: WayBack | null) => void;
	readonly close: () => void;
}

// One is used up by a call that opens a connection, and replaced at once.
const atHand = 4;

/** Creates the keeper; nobody is dialled before `take`. */
export const createWayBackKeeper = (clock: Clock): WayBackKeeper => {
	let way: WayBack | null = null;
	let connections: (BackConnections & {readonly port: number}) | undefined;
	const close = (): void => {
		connections?.close();
		connections = undefined;
	};

	const open = (first: WayBack): void => {
		const current = (): WayBack => way ?? first;
		connections = {
			port: first.bridgePort,
			...keepBackConnections({
				port: first.bridgePort,
				certificate: () => current().certificate,
				trustedRoots: () => current().trustedRoots,
				bridge: first.bridge,
				count: atHand,
				addressOf: ({instance, port}) => {
					const target = way?.targets[wayBackName(instance, port)];
					return target && {port: target.port, ...(target.isApp && {shown: current().hostCertificate})};
				},
				clock,
			}),
		};
	};

	return {
		take: now => {
			if (connections && connections.port !== now?.bridgePort) {
				close();
			}

			way = now;
			if (now && !connections) {
				open(now);
			}
		},
		close,
	};
};
