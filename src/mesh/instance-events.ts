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

		const {id, service, state, waitingFor, note, advice, forMs, lastLines} = event;
		const known = {
			...(waitingFor !== undefined && {waitingFor}),
			...(note !== undefined && {note}),
			...(advice && {advice}),
		};
		const isNew = instances.note({id, state, ...known}, runtime.observe());
		if (isNew) {
			onStateChange();
		}

		events.emit({kind: 'instance', instance: id, service, state, ...known, forMs});
		if (state === 'failed' && isNew) {
			events.emit({
				kind: 'failed',
				instance: id,
				message: note ?? waitingFor ?? 'it failed',
				lastLines: lastLines ?? [],
				...(advice && {advice}),
			});
		}
	});
