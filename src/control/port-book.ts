// Gives every listener of a mesh a port of its own and remembers it, so that addresses stay from one start to the next.
import {createServer} from 'node:net';
import {MeshError} from '../common/mesh-error.ts';
import type {PortWish} from './port-keys.ts';

export interface SavedPorts {
	readonly ports: Readonly<Record<string, number>>;
	/** How often the ports of a sidecar had to be changed, by the sidecar's name. */
	readonly changes: Readonly<Record<string, number>>;
}

export interface PortBook {
	/** Takes a port for every wish that has none yet; those of `inUse` are known to be held by processes of this mesh. Throws MeshError when none is free. */
	readonly reserve: (wishes: readonly PortWish[], inUse: ReadonlySet<string>) => Promise<void>;
	/** Gives a reserved port. Throws on a key that was never reserved. */
	readonly portOf: (key: string) => number;
	/** Gives a key another port, since somebody else listens at the one it has. */
	readonly replace: (key: string) => Promise<void>;
	/** Counts the changes of the ports of one sidecar: its app must learn of them. */
	readonly changesOf: (sidecar: string) => number;
	readonly save: () => SavedPorts;
}

// Above the ports that programs like to have, below those that systems hand out by themselves (32768 on Linux, 49152 elsewhere).
const first = 20_000;
const last = 31_999;

/** Creates a book from what was saved; new ports are looked for from a place that depends on the mesh's id, so that meshes stay out of each other's way. */
export const createPortBook = (saved: SavedPorts | undefined, start: number): PortBook => {
	const ports = new Map(Object.entries(saved?.ports ?? {}));
	const changes = new Map(Object.entries(saved?.changes ?? {}));
	const confirmed = new Set<string>();
	const span = last - first + 1;
	let next = start % span;

	const findFree = async (): Promise<number> => {
		const taken = new Set(ports.values());
		for (let tries = 0; tries < span; tries++) {
			const port = first + next;
			next = (next + 1) % span;
			if (!taken.has(port) && (await isFree(port))) {
				return port;
			}
		}

		throw new MeshError({
			code: 'DM3001',
			message: `no port between ${first} and ${last} is free`,
			remedy: 'Stop some of the programs that listen there: ss -ltnp',
		});
	};

	const reserveOne = async ({key, preferred, isFixed}: PortWish): Promise<void> => {
		if (isFixed && preferred !== undefined) {
			ports.set(key, preferred);
			return;
		}

		// A port that was asked for goes before the one that had to stand in for it last time.
		if (preferred !== undefined && (await isFree(preferred))) {
			ports.set(key, preferred);
			return;
		}

		const kept = ports.get(key);
		if (kept === undefined || !(await isFree(kept))) {
			ports.delete(key);
			ports.set(key, await findFree());
		}
	};

	return {
		reserve: async (wishes, inUse) => {
			for (const wish of wishes) {
				if (!confirmed.has(wish.key) && !(inUse.has(wish.key) && ports.has(wish.key))) {
					await reserveOne(wish);
				}

				confirmed.add(wish.key);
			}

			const wanted = new Set(wishes.map(({key}) => key));
			for (const key of [...confirmed]) {
				if (!wanted.has(key)) {
					// Kept in the book, yet to be looked at again when somebody wants it.
					confirmed.delete(key);
				}
			}
		},
		portOf: key => {
			const port = ports.get(key);
			if (port === undefined) {
				throw new RangeError(`no port was reserved for ${key}`);
			}

			return port;
		},
		replace: async key => {
			const sidecar = key.slice(0, key.indexOf('/'));
			ports.set(key, await findFree());
			changes.set(sidecar, (changes.get(sidecar) ?? 0) + 1);
		},
		changesOf: sidecar => changes.get(sidecar) ?? 0,
		save: () => ({ports: Object.fromEntries(ports), changes: Object.fromEntries(changes)}),
	};
};

const isFree = (port: number): Promise<boolean> =>
	new Promise(resolve => {
		const server = createServer();
		server.once('error', () => resolve(false));
		server.listen({port, host: '127.0.0.1', exclusive: true}, () => server.close(() => resolve(true)));
	});
