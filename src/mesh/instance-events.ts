// Passes on what the runtime tells of instances: to the registry, to those who watch, and to the sidecars.
import {isTool} from '../model/tool.ts';
import type {MeshParts} from './mesh-parts.ts';

/** Starts to pass on; calls back when an instance's state changed in a way that callers must know. Returns what ends it. */
export const forwardInstanceEvents = (
	{runtime, instances, events}: MeshParts,
	onStateChange: () => void,
	/** Whether an instance that is stopped is about to be back. */
	isUnderWay: (id: string) => boolean,
): (() => void) =>
	runtime.on(event => {
		if (event.kind !== 'instance' || isTool(event.id)) {
			return;
		}

		const {id, service, state, waitingFor, note, advice, forMs, lastLines} = event;
		const known = {
			...(waitingFor !== undefined && {waitingFor}),
			...(note !== undefined && {note}),
			...(advice && {advice}),
		};
		// Its callers wait for it meanwhile, as they do for one that ended by itself.
		const seen = (state === 'stopping' || state === 'stopped') && isUnderWay(id) ? 'starting' : state;
		const isNew = instances.note({id, state: seen, ...known}, runtime.observe());
		// Its own sidecar learns that it is gone.
		if (isNew || seen !== state) {
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
