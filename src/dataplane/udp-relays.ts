// The relays of a sidecar, as its snapshots want them.
import type {Snapshot, UdpListener} from '../model/snapshot.ts';
import {openUdpRelay, type UdpRelay, type UdpRelayTools} from './udp-relay.ts';

export interface UdpRelays {
	/** Opens what a snapshot has more than the last one; all of it, or nothing. Rejects with SnapshotRefused. */
	readonly prepare: (snapshot: Snapshot) => Promise<PreparedRelays>;
	readonly close: () => void;
}

export interface PreparedRelays {
	/** The snapshot is in force. */
	readonly adopt: () => void;
	/** It never will be. */
	readonly drop: () => void;
}

/** Creates none. */
export const createUdpRelays = (tools: Omit<UdpRelayTools, 'caller'>): UdpRelays => {
	let open = new Map<string, UdpRelay>();
	return {
		prepare: async ({identity, udp = []}) => {
			const missing = udp.filter(listener => !open.has(keyOf(listener)));
			const results = await Promise.allSettled(
				missing.map(
					async listener => [keyOf(listener), await openUdpRelay(listener, {...tools, caller: identity})] as const,
				),
			);
			const opened = new Map(results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : [])));
			const drop = (): void => closeAll(opened.values());
			const failure = results.find(result => result.status === 'rejected');
			if (failure) {
				drop();
				throw failure.reason;
			}

			return {
				drop,
				adopt: () => {
					const wanted = new Map(udp.map(listener => [keyOf(listener), listener]));
					closeAll([...open].filter(([key]) => !wanted.has(key)).map(([, relay]) => relay));
					open = new Map([...open, ...opened].filter(([key]) => wanted.has(key)));
					for (const [key, relay] of open) {
						relay.update(wanted.get(key) as UdpListener);
					}
				},
			};
		},
		close: () => closeAll(open.values()),
	};
};

const keyOf = ({address, port}: UdpListener): string => `${address}|${port}`;

const closeAll = (relays: Iterable<UdpRelay>): void => {
	for (const relay of relays) {
		relay.close();
	}
};
