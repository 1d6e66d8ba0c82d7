// Hands snapshots to the sidecars and keeps account of who took which revision.
import type {FromProxy, RefusalProblem, ToProxy} from '../model/control-message.ts';
import type {Snapshot} from '../model/snapshot.ts';

export interface SidecarAccount {
	readonly sidecar: string;
	/** The revision that it serves; 0 for none. */
	readonly revision: number;
	/** The newest revision, when it was refused. */
	readonly refused: {readonly revision: number; readonly problem: RefusalProblem} | undefined;
}

export interface Refusal {
	readonly sidecar: string;
	readonly problem: RefusalProblem;
}

export interface Publisher {
	/**
	 * Makes these the newest snapshots, sends them, and resolves when every sidecar has taken or refused the newest, be it this or a later publication.
	 * Without a connection it goes on waiting: the next one gets them. Sidecars of containers that are yet to start are not waited for.
	 */
	readonly publish: (snapshots: readonly Snapshot[]) => Promise<readonly Refusal[]>;
	/** Takes what a proxy process says, by its name; false for messages that are not about snapshots. */
	readonly take: (message: FromProxy, home: string) => boolean;
	/** The connection to it is gone: nothing is known to be served until the next greeting. */
	readonly lost: (home: string) => void;
	readonly accounts: () => readonly SidecarAccount[];
	/** The highest revision that a sidecar ever told of; 0 for none. */
	readonly highest: () => number;
}

/** How long a removed sidecar may take to end its requests, in milliseconds. */
const drainMs = 2000;

export interface PublisherTools {
	/** Sends to a proxy process; may drop messages while there is no connection. */
	readonly send: (message: ToProxy, home: string) => void;
	/** Names the proxy process in which a sidecar lives. */
	readonly homeOf: (sidecar: string) => string;
	/** Whether a proxy process runs from the beginning, so that its sidecars are waited for. */
	readonly isAwaited: (home: string) => boolean;
	readonly onAccount: () => void;
}

/** Creates a publisher that knows no snapshots yet. */
export const createPublisher = ({send, homeOf, isAwaited, onAccount}: PublisherTools): Publisher => {
	const connected = new Set<string>();
	let newest: readonly Snapshot[] = [];
	const accounts = new Map<string, SidecarAccount>();
	let waiting: ((refusals: readonly Refusal[]) => void)[] = [];

	let highest = 0;
	const accountOf = (sidecar: string): SidecarAccount =>
		accounts.get(sidecar) ?? {sidecar, revision: 0, refused: undefined};

	const settle = (): void => {
		const isSettled = newest.every(({sidecar, revision}) => {
			const account = accountOf(sidecar);
			const home = homeOf(sidecar);
			return (
				(!isAwaited(home) && !connected.has(home)) ||
				account.revision === revision ||
				account.refused?.revision === revision
			);
		});
		if (!isSettled) {
			return;
		}

		const refusals = newest.flatMap(({sidecar, revision}) => {
			const {refused} = accountOf(sidecar);
			return refused?.revision === revision ? [{sidecar, problem: refused.problem}] : [];
		});
		const settled = waiting;
		waiting = [];
		for (const resolve of settled) {
			resolve(refusals);
		}
	};

	const note = (account: SidecarAccount): void => {
		if (newest.some(({sidecar}) => sidecar === account.sidecar)) {
			accounts.set(account.sidecar, account);
			onAccount();
			settle();
		}
	};

	return {
		publish: snapshots => {
			const wanted = new Set(snapshots.map(({sidecar}) => sidecar));
			for (const sidecar of accounts.keys()) {
				if (!wanted.has(sidecar)) {
					accounts.delete(sidecar);
					send({kind: 'remove', sidecar, drainMs}, homeOf(sidecar));
				}
			}

			newest = snapshots;
			return new Promise(resolve => {
				waiting.push(resolve);
				for (const snapshot of snapshots) {
					send({kind: 'apply', snapshot}, homeOf(snapshot.sidecar));
				}

				settle();
			});
		},
		take: (message, home) => {
			switch (message.kind) {
				case 'hello': {
					connected.add(home);
					for (const {sidecar, revision} of message.sidecars) {
						highest = Math.max(highest, revision);
						if (newest.length > 0 && !newest.some(snapshot => snapshot.sidecar === sidecar)) {
							send({kind: 'remove', sidecar, drainMs}, home);
						} else {
							accounts.set(sidecar, {sidecar, revision, refused: undefined});
						}
					}

					// Those that it holds already are sent all the same: the certificates may be newer.
					for (const snapshot of newest) {
						if (homeOf(snapshot.sidecar) === home) {
							send({kind: 'apply', snapshot}, home);
						}
					}

					onAccount();
					return true;
				}

				case 'accepted':
					note({sidecar: message.sidecar, revision: message.revision, refused: undefined});
					return true;
				case 'refused': {
					const {sidecar, revision, problem} = message;
					note({...accountOf(sidecar), refused: {revision, problem}});
					return true;
				}

				case 'lost':
					note({...accountOf(message.sidecar), revision: 0});
					return true;
				case 'stats':
				case 'records':
				case 'flushed':
				case 'probed':
					return false;
			}
		},
		lost: home => {
			connected.delete(home);
			for (const [sidecar, account] of accounts) {
				if (homeOf(sidecar) === home) {
					accounts.set(sidecar, {...account, revision: 0});
				}
			}

			onAccount();
			settle();
		},
		accounts: () => newest.map(({sidecar}) => accountOf(sidecar)),
		highest: () => highest,
	};
};
