// The control plane of one mesh, put together: parts, proxy process, config, watch, door.

import type {MeshDoor} from '../admin/mesh-door.ts';
import {ms} from '../common/units.ts';
import {writeJson} from '../common/write-whole.ts';
import {instancesOf} from '../control/instances.ts';
import {apiKey} from '../control/port-keys.ts';
import type {FromProxy, ToProxy} from '../model/control-message.ts';
import type {MeshConfig} from '../model/mesh-config.ts';
import {coalesce} from './coalesce.ts';
import {createConfigAdoption} from './config-adoption.ts';
import {createConfigFile} from './config-file.ts';
import {createContainerLinks} from './container-links.ts';
import {createMeshDoor} from './create-mesh-door.ts';
import {createTelemetryFlush} from './flush-telemetry.ts';
import {forwardInstanceEvents} from './instance-events.ts';
import {type MeshOptions, openMeshParts} from './mesh-parts.ts';
import {createProxySupervisor} from './proxy-supervisor.ts';
import {serveAtKeptPort} from './serve-at-kept-port.ts';
import {createSnapshotPublication, processHome} from './snapshot-publication.ts';
import {createTelemetryIntake, type SpanTargets} from './telemetry-intake.ts';
import {createToolKeeper} from './tools/tool-keeper.ts';
import {watchConfig} from './watch-config.ts';
import {createWayBack} from './way-back.ts';

export interface ControlPlane {
	readonly door: MeshDoor;
	/** Serves the API at the port that it had before, so that pages stay where they are. */
	readonly serveApi: <Served>(serve: (port: number) => Promise<Served>) => Promise<Served>;
	/** Resolves when the mesh was brought down. */
	readonly done: Promise<void>;
	/** Ends the control plane and leaves the mesh running, for the next one to find. */
	readonly detach: () => Promise<void>;
}

// Often enough to notice that the machine slept, seldom enough to cost nothing.
const renewalInterval = ms(30_000);
// Sidecars that were just started greet within a few milliseconds; this is for a machine under load.
const greetingLimit = ms(2000);

/** Starts the control plane: finds what runs, takes the config, watches it. Throws MeshError when there is no usable config at all. */
export const startControlPlane = async (options: MeshOptions): Promise<ControlPlane> => {
	const {clock, log} = options;
	const parts = await openMeshParts(options, () => ({
		ask: links.ask,
		isServing: sidecar =>
			publication.publisher.accounts().some(account => account.sidecar === sidecar && account.revision > 0),
		onSidecar: links.hurry,
		onImagePorts: () => {
			file
				.readAgain()
				.catch((error: unknown) => log.write('error', 'the ports of an image are not known', {error: String(error)}));
		},
	}));
	const {runtime, events, instances, faults} = parts;
	const telemetry = createTelemetryIntake({
		clock,
		log,
		versionOf: sidecar => versionOf(adoption.current(), sidecar),
		onNotice: message => events.emit({kind: 'notice', message}),
	});
	const {promise: done, resolve: finish} = Promise.withResolvers<void>();
	const {promise: greeted, resolve: greet} = Promise.withResolvers<void>();

	const onMessage = (message: FromProxy, home: string): void => {
		if (telemetry.take(message)) {
			return;
		}

		if (message.kind === 'flushed') {
			flush.take(message, home);
		} else if (message.kind === 'lost') {
			events.emit({
				kind: 'notice',
				message: `the sidecar ${message.sidecar} was lost and is replaced: ${firstLine(message.reason)}`,
			});
		}

		publication.publisher.take(message, home);
		if (home === processHome && (message.kind === 'hello' || message.kind === 'accepted')) {
			// Its ports may have been replaced.
			wayBack.tell(message.kind === 'hello');
		}

		if (message.kind === 'hello' && home === processHome) {
			greet();
		}
	};

	const onLost = (home: string): void => {
		publication.publisher.lost(home);
		flush.lost(home);
	};

	const proxy = createProxySupervisor(parts, {
		onMessage: message => onMessage(message, processHome),
		onLost: () => onLost(processHome),
	});
	const links = createContainerLinks(parts, {onMessage, onLost});
	const send = (message: ToProxy, home: string): void =>
		home === processHome ? proxy.send(message) : links.send(message, home);
	const flush = createTelemetryFlush({
		clock,
		homes: () => [
			...(proxy.isConnected() ? [processHome] : []),
			...publication.publisher
				.accounts()
				.map(({sidecar}) => sidecar)
				.filter(links.isConnected),
		],
		send,
	});
	const tools = createToolKeeper(parts, {
		readMetrics: () => door.metrics(),
		onChange: status => {
			events.emit({kind: 'tool', status});
			sendSpans();
		},
	});
	const sendSpans = (): void => {
		const config = adoption.current();
		if (config) {
			telemetry.sendSpansTo(spanTargets(config.observability, tools.spansUrl()));
		}
	};

	const wayBack = createWayBack(parts, proxy.send);
	const adoption = createConfigAdoption(parts, () => ({
		proxy,
		links,
		wayBack,
		publish: publication.publish,
		onConfig: config => {
			tools.keep(config);
			sendSpans();
		},
	}));
	const publication = createSnapshotPublication(parts, send, adoption.current, adoption.isLeaving);
	const file = createConfigFile(parts, adoption, () => publication.revision());
	const publishSoon = (): void => {
		publication.publish().catch((error: unknown) => log.write('error', 'publishing failed', {error: String(error)}));
	};

	instances.adopt(await runtime.adopt());
	const stopForwarding = forwardInstanceEvents(parts, publishSoon, adoption.isBeingReplaced);
	// One after the other, each with what is true when its turn comes.
	const keepFaults = coalesce(() => writeJson(options.state.faults, faults.list()));
	const keep = (): void => {
		keepFaults().catch((error: unknown) =>
			log.write('error', 'the faults could not be written down', {error: String(error)}),
		);
	};

	const stopHearingRenewals = parts.faultRenewals.on(keep);
	const stopHearingFaults = parts.faultChanges.on(() => {
		keep();
		publishSoon();
	});
	const stopKeepingFaults = (): void => {
		stopHearingRenewals();
		stopHearingFaults();
	};

	if (runtime.observe().proxy) {
		// Revisions go on from where the sidecars are.
		await parts.ports.reserve([{key: 'proxy/control'}], new Set(['proxy/control']));
		await proxy.ensure();
		await Promise.race([greeted, clock.sleep(greetingLimit)]);
	}

	try {
		await file.open();
	} catch (error) {
		// What runs goes on; this process must be able to end.
		proxy.detach();
		await tools.close();
		adoption.close();
		stopForwarding();
		stopKeepingFaults();
		faults.close();
		links.close();
		await runtime.detach();
		throw error;
	}

	const watch = watchConfig(file.paths(), clock, () => {
		file
			.reload()
			.catch((error: unknown) => {
				events.emit({kind: 'notice', message: `the change could not be taken: ${(error as Error).message}`});
				log.write('error', 'the change could not be taken', {error: String((error as Error).stack ?? error)});
			})
			// The config may name other compose files now.
			.finally(() => watch.follow(file.paths()));
	});
	await watch.ready;

	let cancelRenewal = () => {};
	const renewLater = (): void => {
		cancelRenewal = clock.after(renewalInterval, () => {
			void renew().catch((error: unknown) => log.write('error', 'renewal failed', {error: String(error)}));
			renewLater();
		});
	};

	const renew = async (): Promise<void> => {
		if (await adoption.renewCertificates()) {
			publishSoon();
		}

		if (await proxy.renewIfDue()) {
			links.sendIdentity();
			wayBack.tell();
		}
	};

	renewLater();

	const close = async (): Promise<void> => {
		cancelRenewal();
		links.close();
		await watch.close();
		await tools.close();
		adoption.close();
		stopForwarding();
		stopKeepingFaults();
		faults.close();
		await telemetry.close();
	};

	const bringDown = async (): Promise<void> => {
		events.emit({kind: 'stopping'});
		await watch.close();
		parts.containers.stopFetching();
		await Promise.all([adoption.stopAll(), tools.stop()]);
		await proxy.stop();
		await close();
		await runtime.detach();
		finish();
	};

	let isEnding = false;
	const door = createMeshDoor({
		parts,
		proxy,
		adoption,
		links,
		publication,
		file,
		telemetry,
		tools,
		flush: flush.flush,
		startedAt: new Date(clock.wall()).toISOString(),
		down: () => {
			if (!isEnding) {
				isEnding = true;
				void bringDown();
			}
		},
	});
	return {
		door,
		serveApi: serve => serveAtKeptPort(parts, apiKey, serve),
		done,
		detach: async () => {
			proxy.detach();
			await close();
			await runtime.detach();
		},
	};
};

/** A Jaeger that the config names goes before the mesh's own. */
const spanTargets = ({jaeger, otlp}: MeshConfig['observability'], own: string | undefined): SpanTargets => {
	const named = jaeger === false ? undefined : jaeger.url;
	const url = named ?? own;
	return {jaeger: url === undefined ? undefined : {url, isOwn: named === undefined}, otlp};
};

/** Of the app beside a sidecar; empty for the gateway and the host. */
const versionOf = (config: MeshConfig | undefined, sidecar: string): string =>
	(config && instancesOf(config).find(({id}) => id === sidecar)?.version.name) ?? '';

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
