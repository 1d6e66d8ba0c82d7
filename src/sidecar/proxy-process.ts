// One process that holds sidecars, and goes on with their last snapshots when the control plane is gone.
import type {Log} from '../common/log.ts';
import type {Milliseconds} from '../common/units.ts';
import type {Certificate} from '../model/certificate.ts';
import {controlProtocolVersion, type ProbeTarget, type SidecarReport, type ToProxy} from '../model/control-message.ts';
import type {ProxyBootstrap} from '../model/proxy-bootstrap.ts';
import type {WayBack} from '../model/way-back.ts';
import {createControlServer} from './control-server.ts';
import type {RunningSidecar, RunSidecar, SidecarListener} from './running-sidecar.ts';
import {createUnsentRecords} from './unsent-records.ts';

export interface ProxyProcess {
	/** Resolves when it has been told to stop, or `stop` was called, and every sidecar has drained. */
	readonly done: Promise<void>;
	readonly stop: (drainMs: number) => Promise<void>;
}

export interface ProxyProcessParts {
	readonly bootstrap: ProxyBootstrap;
	readonly pid: number;
	readonly runSidecar: RunSidecar;
	/** Asks the app of a container. Gives undefined when it is ready, else what is in the way. */
	readonly askApp: (target: ProbeTarget, timeoutMs: Milliseconds) => Promise<string | undefined>;
	/** It has been given another certificate of its own. */
	readonly onIdentity?: (certificate: Certificate, trustedRoots: readonly string[]) => void;
	/** How containers are to reach local processes. */
	readonly onWayBack?: (way: WayBack | null) => void;
	readonly log: Log;
}

/** Starts to listen for the control plane. Rejects when its port is taken. */
export const startProxyProcess = async (parts: ProxyProcessParts): Promise<ProxyProcess> => {
	const {bootstrap, pid, runSidecar, log} = parts;
	const sidecars = new Map<string, RunningSidecar>();
	const newestTraffic = new Map<string, NonNullable<SidecarReport['traffic']>>();
	const unsent = createUnsentRecords();
	let finish = () => {};
	const done = new Promise<void>(resolve => {
		finish = resolve;
	});

	const takeRecords: SidecarListener['onRecords'] = records => {
		if (!server.send({kind: 'records', records})) {
			unsent.add(records);
		}
	};

	const start = (sidecar: string): RunningSidecar =>
		runSidecar(sidecar, {
			onAccepted: revision => server.send({kind: 'accepted', sidecar, revision}),
			onRefused: (revision, problem) => server.send({kind: 'refused', sidecar, revision, problem}),
			onStats: (worker, stats) => {
				newestTraffic.set(sidecar, {worker, stats});
				server.send({kind: 'stats', sidecar, worker, stats});
			},
			onRecords: takeRecords,
			onLost: reason => {
				log.write('warn', 'a sidecar was lost', {sidecar, reason});
				server.send({kind: 'lost', sidecar, reason});
			},
		});

	const stop = async (drainMs: number): Promise<void> => {
		await Promise.all([...sidecars.values()].map(running => running.stop(drainMs)));
		sidecars.clear();
		server.close();
		finish();
	};

	const obey = (message: ToProxy): void => {
		switch (message.kind) {
			case 'apply': {
				const {sidecar} = message.snapshot;
				const running = sidecars.get(sidecar) ?? start(sidecar);
				sidecars.set(sidecar, running);
				running.apply(message.snapshot);
				break;
			}

			case 'remove':
				void sidecars.get(message.sidecar)?.stop(message.drainMs);
				sidecars.delete(message.sidecar);
				newestTraffic.delete(message.sidecar);
				break;
			case 'restart':
				sidecars.get(message.sidecar)?.restart();
				break;
			case 'identity':
				server.replaceCertificate(message.certificate, message.trustedRoots);
				parts.onIdentity?.(message.certificate, message.trustedRoots);
				break;
			case 'flush':
				void Promise.all([...sidecars.values()].map(running => running.flush())).then(() =>
					server.send({kind: 'flushed', id: message.id}),
				);
				break;
			case 'probe':
				void parts.askApp(message.target, message.timeoutMs).then(problem => {
					server.send({kind: 'probed', id: message.id, ...(problem !== undefined && {problem})});
				});
				break;
			case 'way-back':
				parts.onWayBack?.(message.way);
				break;
			case 'stop':
				void stop(message.drainMs);
				break;
		}
	};

	const server = await createControlServer({
		bootstrap,
		log,
		onConnect: send => {
			const reports = [...sidecars].map(([sidecar, running]): SidecarReport => {
				const traffic = newestTraffic.get(sidecar);
				return {sidecar, revision: running.revision(), ...(traffic && {traffic})};
			});
			send({kind: 'hello', protocol: controlProtocolVersion, pid, sidecars: reports});
			const records = unsent.take();
			if (records.length > 0) {
				send({kind: 'records', records});
			}
		},
		onMessage: obey,
	});
	return {done, stop};
};
