// Where an attempt goes.
import type {Transport} from '../../model/snapshot.ts';

export interface UpstreamTarget {
	/** Names the pool of connections: one per endpoint and way to reach it. */
	readonly key: string;
	/** An IP address, or a host name. */
	readonly address: string;
	readonly port: number;
	/** Where a connection over IPv4 comes from. Default: the system's choice. */
	readonly from?: string;
	readonly transport: Transport;
}
