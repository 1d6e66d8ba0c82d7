// Passes on what the runtime tells of instances: to the registry, to those who watch, and to the sidecars.
import type {MeshParts} from './mesh-parts.ts';

/** Starts to pass on; calls back when an instance's state changed in a way that callers must know. Returns what ends it. */
export const forwardInstanceEvents = (
	{runtime, instances, events}: MeshParts,
	onStateChange: () => void,
): (() => void) =>
	runtime.on(event => {
		if (event.kind !== 'instance') {
			return;
		}

		const {id, service, state, waitingFor, note, forMs, lastLines} = event;
		const isNew = instances.note(
			{id, state, ...(waitingFor !== undefined && {waitingFor}), ...(note !== undefined && {note})},
			runtime.observe(),
		);
		if (isNew) {
			onStateChange();
		}

		events.emit({
			kind: 'instance',
			instance: id,
			service,
			state,
			...(waitingFor !== undefined && {waitingFor}),
			...(note !== undefined && {note}),
			forMs,
		});
		if (state === 'failed' && isNew) {
			events.emit({
				kind: 'failed',
				instance: id,
				message: note ?? waitingFor ?? 'it failed',
				lastLines: lastLines ?? [],
			});
		}
	});
