// Answers for the names of the mesh as each snapshot has them, together with the proxy: both or neither.
import type {Clock} from '../common/clock.ts';
import {SnapshotRefused} from '../dataplane/snapshot-refused.ts';
import type {DnsConfig} from '../model/snapshot.ts';
import {type DnsResponder, startDnsResponder} from './dns-responder.ts';
import type {Companion} from './local-sidecar.ts';

/** Creates the companion; it listens from the first snapshot on that has names. */
export const createNamesCompanion = (clock: Clock): Companion => {
	let responder: DnsResponder | undefined;
	return {
		prepare: async ({dns}) => {
			if (!dns || responder) {
				return {adopt: () => dns && responder?.update(dns), drop: () => {}};
			}

			const started = await start(dns, clock);
			return {
				adopt: () => {
					responder = started;
				},
				drop: started.close,
			};
		},
		stop: () => responder?.close(),
	};
};

const start = async (dns: DnsConfig, clock: Clock): Promise<DnsResponder> => {
	try {
		return await startDnsResponder(dns, clock);
	} catch (error) {
		const {code = 'invalid'} = error as NodeJS.ErrnoException;
		throw new SnapshotRefused(
			{listener: 'dns', code, message: `names cannot be answered at ${dns.address}:${dns.port}: ${code}`},
			error,
		);
	}
};
