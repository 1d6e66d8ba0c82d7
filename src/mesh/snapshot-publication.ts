// Compiles the snapshots of the accepted config and sees to it that every sidecar takes them.
import {compileSnapshots} from '../control/compile-snapshots.ts';
import {endpointState} from '../control/endpoint-state.ts';
import {hostSidecar} from '../control/instances.ts';
import {listenerKey} from '../control/port-keys.ts';
import {createPublisher, type Publisher, type Refusal} from '../control/publisher.ts';
import type {EndpointStatus, Revision} from '../model/api.ts';
import type {ToProxy} from '../model/control-message.ts';
import type {MeshConfig} from '../model/mesh-config.ts';
import type {Snapshot} from '../model/snapshot.ts';
import {coalesce} from './coalesce.ts';
import {type MeshParts, savePorts} from './mesh-parts.ts';

export interface SnapshotPublication {
	readonly publisher: Publisher;
	/** Publishes the present state; resolves with the refusals once every sidecar has answered. */
	readonly publish: () => Promise<readonly Refusal[]>;
	/** The newest published revision; 0 for none. */
	readonly revision: () => number;
	/** The newest publications, oldest first. */
	readonly revisions: () => readonly Revision[];
	/** Where requests of the host go, service by service. */
	readonly endpoints: () => readonly EndpointStatus[];
}

/** The name of the proxy process among the homes of sidecars; those in containers are named like their sidecars. */
export const processHome = 'process';

// Each try takes another port for whatever listener was refused.
const longestSearch = 5;
const longestHistory = 100;

/** Creates the publication of the config that `current` gives; without one nothing is published. */
export const createSnapshotPublication = (
	parts: MeshParts,
	/** Sends to the proxy process, or to the container of a sidecar. */
	send: (message: ToProxy, home: string) => void,
	current: () => MeshConfig | undefined,
	isLeaving: (instance: string) => boolean,
): SnapshotPublication => {
	const {authority, ports, identities, hosts, faults, instances, events} = parts;
	let revision = 0;
	let history: readonly Revision[] = [];
	let newest: readonly Snapshot[] = [];

	const tellAccounts = (): void => {
		const accounts = publisher.accounts();
		const accepted = accounts.filter(account => account.revision === revision).length;
		events.emit({kind: 'revision', revision, accepted, of: accounts.length});
	};

	const homeOf = (sidecar: string): string => {
		const config = current();
		return config && parts.placesOf(config).isInContainer(sidecar) ? sidecar : processHome;
	};

	const publisher = createPublisher({
		send,
		homeOf,
		isAwaited: home => home === processHome,
		onAccount: tellAccounts,
	});

	const publishOnce = async (config: MeshConfig): Promise<readonly Refusal[]> => {
		revision = Math.max(revision, publisher.highest()) + 1;
		newest = compileSnapshots({
			config,
			revision,
			trustDomain: authority.trustDomain,
			trustedRoots: [authority.rootPem],
			places: parts.placesOf(config),
			portOf: ports.portOf,
			stateOf: id => endpointState(instances.stateOf(id)),
			isLeaving,
			certificateOf: identities.of,
			hostCertificateOf: hosts.of,
			faults: [...config.faults, ...faults.list().map(({fault}) => fault)],
		});
		const entry: Revision = {
			revision,
			publishedAt: new Date(parts.options.clock.wall()).toISOString(),
			refusals: [],
		};
		history = [...history, entry].slice(-longestHistory);
		const refusals = await publisher.publish(newest);
		history = history.map(known => (known.revision === entry.revision ? withRefusals(known, refusals) : known));
		return refusals;
	};

	const replacePorts = async (refusals: readonly Refusal[]): Promise<boolean> => {
		const taken = refusals.filter(({problem}) => problem.code === 'EADDRINUSE' && problem.listener !== undefined);
		for (const {sidecar, problem} of taken) {
			await ports.replace(listenerKey(sidecar, problem.listener ?? ''));
		}

		await savePorts(parts);
		return taken.length > 0;
	};

	const publish = async (): Promise<readonly Refusal[]> => {
		for (let search = 0; ; search++) {
			const config = current();
			if (!config) {
				return [];
			}

			const refusals = await publishOnce(config);
			if (refusals.length === 0 || search === longestSearch || !(await replacePorts(refusals))) {
				return refusals;
			}
		}
	};

	return {
		publisher,
		publish: coalesce(publish),
		revision: () => revision,
		revisions: () => history,
		endpoints: () => endpointsOf(newest),
	};
};

const withRefusals = (entry: Revision, refusals: readonly Refusal[]): Revision => ({
	...entry,
	refusals: refusals.map(({sidecar, problem}) => `${sidecar}: ${problem.message}`),
});

const endpointsOf = (snapshots: readonly Snapshot[]): readonly EndpointStatus[] =>
	(snapshots.find(({sidecar}) => sidecar === hostSidecar)?.destinations ?? []).flatMap(({endpoints}) =>
		endpoints.map(({id, service, version, state, address, port, transport}) => ({
			id,
			service,
			version,
			state,
			address,
			port,
			transport: transport.kind,
		})),
	);
