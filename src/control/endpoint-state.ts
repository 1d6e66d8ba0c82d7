// Says whether an instance takes requests.
import type {InstanceState} from '../model/observed-state.ts';
import type {EndpointState} from '../model/snapshot.ts';

/** Whatever will be ready again soon is `starting`: requests wait for it instead of failing. */
export const endpointState = (state: InstanceState | undefined): EndpointState => {
	switch (state) {
		case 'ready':
			return 'ready';
		case undefined:
		case 'waiting':
		case 'starting':
		case 'paused':
		case 'restarting':
			return 'starting';
		case 'completed':
		case 'failed':
		case 'stopping':
		case 'stopped':
			return 'down';
	}
};
