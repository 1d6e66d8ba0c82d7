// One process that holds the sidecars of a mesh, a thread each, and goes on with their last snapshots when the control plane is gone.
import type {Clock} from '../common/clock.ts';
import type {Log} from '../common/log.ts';
import {controlProtocolVersion, type SidecarReport, type ToProxy} from '../model/control-message.ts';
import type {ProxyBootstrap} from '../model/proxy-bootstrap.ts';
import {createControlServer} from './control-server.ts';
import {createSupervisedWorker, type SupervisedWorker} from './supervised-worker.ts';

export interface ProxyProcess {
	/** Resolves when it has been told to stop, or `stop` was called, and every sidecar has drained. */
	readonly done: Promise<void>;
	readonly stop: (drainMs: number) => Promise<void>;
}

export interface ProxyProcessParts {
	readonly bootstrap: ProxyBootstrap;
	/** The file of a sidecar's program. */
	readonly workerProgram: string;
	readonly pid: number;
	readonly clock: Clock;
	readonly log: Log;
}

/** Starts to listen for the control plane. Rejects when its port is taken. */
export const startProxyProcess = async (parts: ProxyProcessParts): Promise<ProxyProcess> => {
	const {bootstrap, workerProgram, pid, clock, log} = parts;
	const workers = new Map<string, SupervisedWorker>();
	const newestTraffic = new Map<string, NonNullable<SidecarReport['traffic']>>();
	let numbers = 0;
	let finish = () => {};
	const done = new Promise<void>(resolve => {
		finish = resolve;
	});

	const createWorker = (sidecar: string): SupervisedWorker =>
		createSupervisedWorker({
			sidecar,
			program: workerProgram,
			// The process id keeps the numbers of a restarted proxy process apart from those before.
			nextNumber: () => pid * 100_000 + numbers++,
			clock,
			listener: {
				onAccepted: revision => server.send({kind: 'accepted', sidecar, revision}),
				onRefused: (revision, problem) => server.send({kind: 'refused', sidecar, revision, problem}),
				onStats: (worker, stats) => {
					newestTraffic.set(sidecar, {worker, stats});
					server.send({kind: 'stats', sidecar, worker, stats});
				},
				onLost: reason => {
					log.write('warn', 'a sidecar was lost', {sidecar, reason});
					server.send({kind: 'lost', sidecar, reason});
				},
			},
		});

	const stop = async (drainMs: number): Promise<void> => {
		await Promise.all([...workers.values()].map(worker => worker.stop(drainMs)));
		workers.clear();
		server.close();
		finish();
	};

	const obey = (message: ToProxy): void => {
		switch (message.kind) {
			case 'apply': {
				const {sidecar} = message.snapshot;
				const worker = workers.get(sidecar) ?? createWorker(sidecar);
				workers.set(sidecar, worker);
				worker.apply(message.snapshot);
				break;
			}

			case 'remove':
				void workers.get(message.sidecar)?.stop(message.drainMs);
				workers.delete(message.sidecar);
				newestTraffic.delete(message.sidecar);
				break;
			case 'restart':
				workers.get(message.sidecar)?.restart();
				break;
			case 'identity':
				server.replaceCertificate(message.certificate, message.trustedRoots);
				break;
			case 'probe':
				// Local processes are asked by the runtime itself.
				server.send({kind: 'probed', id: message.id, problem: 'there is no container here'});
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
			const sidecars = [...workers].map(([sidecar, worker]): SidecarReport => {
				const traffic = newestTraffic.get(sidecar);
				return {sidecar, revision: worker.revision(), ...(traffic && {traffic})};
			});
			send({kind: 'hello', protocol: controlProtocolVersion, pid, sidecars});
		},
		onMessage: obey,
	});
	return {done, stop};
};
