// Follows the log of every instance from the moment it starts.
import type {ApiClient} from '../admin/api-client.ts';
import type {MeshEvent} from '../model/mesh-event.ts';

export interface FollowOptions {
	readonly client: Pick<ApiClient, 'logs'>;
	readonly print: (instance: string, line: string) => void;
	/** False: what instances printed that run already is left out. */
	readonly isFresh: boolean;
	readonly signal: AbortSignal;
}

// What an app prints while it starts, before anybody follows it.
const firstLines = 1000;

/** Creates a follower that is told of every event; it ends with the signal, or with the mesh. */
export const createLogFollower = ({client, print, isFresh, signal}: FollowOptions): ((event: MeshEvent) => void) => {
	const followed = new Set<string>();
	let isNew = isFresh;
	const follow = async (instance: string): Promise<void> => {
		const lines = isNew ? firstLines : 0;
		try {
			for await (const {line} of client.logs({service: instance, lines, follow: true}, signal)) {
				print(instance, line);
			}
		} catch {
			// The events say what became of the mesh.
		}

		followed.delete(instance);
	};

	return event => {
		// Whoever starts after this has printed nothing that was seen before.
		isNew ||= event.kind === 'plan' || event.kind === 'ready';
		if (event.kind === 'instance' && !idle.has(event.state) && !followed.has(event.instance)) {
			followed.add(event.instance);
			void follow(event.instance);
		}
	};
};

// Without a log yet, or with nothing more to say.
const idle: ReadonlySet<string> = new Set(['waiting', 'stopping', 'stopped']);
