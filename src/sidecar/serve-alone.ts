// A sidecar without a control plane: it serves the one snapshot that it starts from, and finds out by itself whether its app takes requests.
import type {Clock} from '../common/clock.ts';
import type {Log} from '../common/log.ts';
import type {AppCheck, StandaloneBootstrap} from '../model/proxy-bootstrap.ts';
import type {EndpointState, Snapshot} from '../model/snapshot.ts';
import {watchReadiness} from '../runtime/watch-readiness.ts';
import type {ProxyProcess, ProxyProcessParts} from './proxy-process.ts';
import type {RunSidecar} from './running-sidecar.ts';

export interface ServeAloneParts {
	readonly bootstrap: StandaloneBootstrap;
	readonly runSidecar: RunSidecar;
	readonly askApp: ProxyProcessParts['askApp'];
	readonly clock: Clock;
	readonly log: Log;
}

/** Resolves once it serves. Rejects when the snapshot cannot be served, such as when a port is taken. */
export const serveAlone = async (parts: ServeAloneParts): Promise<ProxyProcess> => {
	const {bootstrap, runSidecar, log} = parts;
	const {snapshot, app} = bootstrap;
	const {sidecar} = snapshot;
	const life = new AbortController();
	const answer = Promise.withResolvers<void>();
	const running = runSidecar(sidecar, {
		onAccepted: () => answer.resolve(),
		onRefused: (_revision, {message}) => {
			log.write('error', 'the snapshot cannot be served', {sidecar, problem: message});
			answer.reject(new Error(message));
		},
		onStats: () => {},
		onRecords: () => {},
		onLost: () => {},
	});
	let {revision} = snapshot;
	const apply = (state: EndpointState): void => {
		running.apply(withAppState({...snapshot, revision}, state));
		revision++;
	};

	apply(app ? 'starting' : 'ready');
	try {
		await answer.promise;
	} catch (error) {
		await running.stop(0);
		throw error;
	}

	log.write('info', 'serving the snapshot of a file, without a control plane', {sidecar});
	if (app) {
		watchApp(app, apply, life.signal, parts).catch((error: unknown) => {
			if (!life.signal.aborted) {
				log.write('error', 'the app is asked no more', {sidecar, error: String(error)});
			}
		});
	}

	const end = Promise.withResolvers<void>();
	return {
		done: end.promise,
		stop: async drainMs => {
			life.abort();
			await running.stop(drainMs);
			end.resolve();
		},
	};
};

const watchApp = (
	{target, health}: AppCheck,
	apply: (state: EndpointState) => void,
	signal: AbortSignal,
	{askApp, clock, log, bootstrap}: ServeAloneParts,
): Promise<void> =>
	watchReadiness({
		health,
		isAskedOn: true,
		wasReady: false,
		ask: () => askApp(target, health.timeoutMs),
		tell: readiness => {
			const {sidecar} = bootstrap.snapshot;
			const problem = readiness.kind === 'ready' ? undefined : readiness.problem;
			log.write('info', `the app is ${readiness.kind}`, {sidecar, ...(problem !== undefined && {problem})});
			if (readiness.kind === 'ready') {
				apply('ready');
			} else if (readiness.kind === 'unready') {
				// The engine starts it again: requests wait for it meanwhile.
				apply('starting');
			}
		},
		clock,
		signal,
	});

const withAppState = (snapshot: Snapshot, state: EndpointState): Snapshot => ({
	...snapshot,
	listeners: snapshot.listeners.map(listener =>
		listener.kind === 'inbound' ? {...listener, app: {...listener.app, state}} : listener,
	),
});
