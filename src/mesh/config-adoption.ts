// Makes the machine look as a config says.
import {ms} from '../common/units.ts';
import {writeJson} from '../common/write-whole.ts';
import {ingressUrls} from '../control/describe-mesh.ts';
import {desiredState} from '../control/desired-state.ts';
import {gatewaySidecar, hostSidecar, instancesOf} from '../control/instances.ts';
import {instanceOfAppKey, portWishes} from '../control/port-keys.ts';
import type {Refusal} from '../control/publisher.ts';
import type {DesiredInstance, DesiredState} from '../model/desired-state.ts';
import type {MeshConfig} from '../model/mesh-config.ts';
import type {InstanceState} from '../model/observed-state.ts';
import type {Operation, Plan} from '../model/plan.ts';
import {adviceOf} from '../runtime/advice-of.ts';
import {type ExecutionTools, executePlan} from '../runtime/execute-plan.ts';
import {explainPlan} from '../runtime/explain-plan.ts';
import {planChanges} from '../runtime/plan-changes.ts';
import {type MeshParts, savePorts} from './mesh-parts.ts';
import type {OperationFailure} from './operation-failure.ts';
import {type ContainerWays, createContainerPreparation, hasContainers} from './prepare-containers.ts';
import type {ProxySupervisor} from './proxy-supervisor.ts';
import {createReplacements} from './replacements.ts';

export interface ConfigAdoption {
	/** The config that is in force. */
	readonly current: () => MeshConfig | undefined;
	/**
	 * Takes a config: ports, certificates, snapshots, then instances. Resolves when the sidecars have answered; instances go on starting.
	 * With `build`, images are built anew, and those who run in another one are replaced.
	 */
	readonly adopt: (config: MeshConfig, options?: {readonly build?: boolean}) => Promise<readonly Refusal[]>;
	/** Makes instances anew; resolves with what failed once the others were started. */
	readonly restart: (ids: readonly string[]) => Promise<readonly OperationFailure[]>;
	/** Of the last time that it was told to build. */
	readonly buildFailures: () => readonly OperationFailure[];
	/** Whether an instance was stopped to be started again. */
	readonly isBeingReplaced: (id: string) => boolean;
	/** Whether it is about to be. */
	readonly isLeaving: (id: string) => boolean;
	/** Issues what is missing or due. True when a certificate is new. */
	readonly renewCertificates: () => Promise<boolean>;
	/** True once everything was ready after the last change. */
	readonly isReady: () => boolean;
	/** Stops all instances, callers before those they depend on. */
	readonly stopAll: () => Promise<void>;
	/** Ends what is under way. */
	readonly close: () => void;
}

export interface AdoptionTools extends ContainerWays {
	readonly proxy: ProxySupervisor;
	readonly publish: () => Promise<readonly Refusal[]>;
	/** This config is in force from now on. */
	readonly onConfig: (config: MeshConfig) => void;
}

type StartOperation = Exclude<Operation, {readonly kind: 'stop-instance'}>;

// What was sent before the callers heard of it is answered before an app is told to end.
const drain = ms(250);

/** Creates the adoption; nothing is in force yet. */
export const createConfigAdoption = (parts: MeshParts, tools: () => AdoptionTools): ConfigAdoption => {
	const {runtime, ports, identities, hosts, instances, events, options} = parts;
	let current: MeshConfig | undefined;
	let desired: DesiredState = {instances: [], sidecars: []};
	let execution = new AbortController();
	let isReady = false;
	let buildFailures: readonly OperationFailure[] = [];
	const replacements = createReplacements(runtime);
	const prepareContainers = createContainerPreparation(parts, tools);
	// Being brought down: whatever is still on its way to be adopted starts nothing any more.
	let isOver = false;

	const ensureCertificates = async (config: MeshConfig): Promise<boolean> => {
		const services = config.services.filter(service => service.kind === 'workload' && service.sidecar);
		const [isNew, isNewHost] = await Promise.all([
			identities.ensure([...services.map(({name}) => name), gatewaySidecar, hostSidecar]),
			hosts.ensure(config.gateway.hosts.filter(({tls}) => tls).map(({host}) => host)),
		]);
		return isNew || isNewHost;
	};

	/** Ports that processes and containers of this very mesh hold. */
	const portsInUse = (config: MeshConfig): ReadonlySet<string> => {
		const {proxy, instances: running} = runtime.observe();
		const ids = new Set(running.map(({id}) => id));
		return new Set(
			portWishes(config)
				.map(({key}) => key)
				.filter(key => {
					if (key.startsWith(`${gatewaySidecar}/`) && hasContainers(config)) {
						return parts.containers.isGatewayKept();
					}

					const instance = instanceOfAppKey(key);
					return instance === undefined ? proxy !== undefined : ids.has(instance);
				}),
		);
	};

	const noteReadiness = (): void => {
		const waiting = desired.instances.filter(({id}) => !['ready', 'completed'].includes(instances.stateOf(id) ?? ''));
		if (current && !isReady && waiting.length === 0) {
			isReady = true;
			events.emit({kind: 'ready', urls: ingressUrls(current, ports.portOf)});
		}
	};

	const stopNoting = events.on(event => {
		if (event.kind === 'instance') {
			// Afterwards, so that everybody hears of the last instance before they hear that all are ready.
			queueMicrotask(noteReadiness);
		}
	});

	/** Of an instance that was never started, so that the runtime tells nothing of it. False when its failure is known. */
	const noteFailure = ({id, service}: DesiredInstance, error: Error): boolean => {
		const {message} = error;
		const isNew = instances.note({id, state: 'failed', note: message, ...adviceOf(error)}, runtime.observe());
		if (isNew) {
			events.emit({
				kind: 'instance',
				instance: id,
				service,
				state: 'failed',
				note: message,
				...adviceOf(error),
				forMs: 0,
			});
			events.emit({kind: 'failed', instance: id, message, lastLines: [], ...adviceOf(error)});
			// Its callers need not wait for it any longer.
			tools()
				.publish()
				.catch((error: unknown) => options.log.write('error', 'publishing failed', {error: String(error)}));
		}

		return isNew;
	};

	/** Of one that goes on as it was: only those who asked for another one are told. */
	const tellKept = ({id, service}: DesiredInstance, error: Error, state: InstanceState): void => {
		const parts = {kind: 'instance', instance: id, service, forMs: 0} as const;
		events.emit({...parts, state: 'failed', note: error.message, ...adviceOf(error)});
		events.emit({...parts, state});
	};

	const onStartFailed = (operation: StartOperation, error: Error): void => {
		const {instance, kind} = operation;
		replacements.giveUp(instance.id);
		const running = runtime.observe().instances.find(({id}) => id === instance.id);
		if (kind === 'replace-instance' && running && running.pid !== 0) {
			tellKept(instance, error, running.state);
		} else if (!noteFailure(instance, error)) {
			events.emit({kind: 'notice', message: error.message});
		}
	};

	const executionTools = (signal: AbortSignal, failures: OperationFailure[] = []): ExecutionTools => ({
		signal,
		clock: options.clock,
		onWaiting: ({id, service}, waitingFor, forMs) => {
			instances.note({id, state: 'waiting', waitingFor}, runtime.observe());
			events.emit({kind: 'instance', instance: id, service, state: 'waiting', waitingFor, forMs});
		},
		onReplacing: async ({id}) => {
			replacements.begin(id);
			instances.note({id, state: 'starting'}, runtime.observe());
			// It is called no more before it is told to end.
			await tools().publish();
			await options.clock.sleep(drain, signal);
		},
		onFailure: (operation, error) => {
			if (operation.kind === 'stop-instance') {
				events.emit({kind: 'notice', message: error.message});
			} else {
				failures.push({id: operation.instance.id, error});
				onStartFailed(operation, error);
			}
		},
	});

	/** What is tried again has not failed yet: whoever asks from now on waits for how it goes this time. */
	const forgetFailures = ({operations}: Plan): void => {
		for (const operation of operations) {
			if (operation.kind !== 'stop-instance' && instances.stateOf(operation.instance.id) === 'failed') {
				const {id, service} = operation.instance;
				instances.note({id, state: 'starting'}, runtime.observe());
				events.emit({kind: 'instance', instance: id, service, state: 'starting', forMs: 0});
			}
		}
	};

	/** Asks for another one in place of whoever runs in an image that is not what its sources give now. */
	const buildAnew = async (): Promise<void> => {
		buildFailures = [];
		await Promise.all(
			desired.instances.map(async instance => {
				try {
					if (await runtime.isOutdated?.(instance)) {
						replacements.ask(instance.id, 'its image was built anew');
					}
				} catch (error) {
					buildFailures = [...buildFailures, {id: instance.id, error: error as Error}];
				}
			}),
		);
	};

	const execute = async (): Promise<readonly OperationFailure[]> => {
		execution.abort();
		execution = new AbortController();
		const {signal} = execution;
		const failures: OperationFailure[] = [];
		const plan = planChanges(desired, runtime.observe(), replacements.asked());
		if (plan.operations.length > 0) {
			isReady = false;
			events.emit({kind: 'plan', lines: explainPlan(plan)});
			forgetFailures(plan);
		}

		try {
			if (plan.operations.some(({kind}) => kind === 'stop-instance')) {
				// They are called no more since the config was published.
				await options.clock.sleep(drain, signal);
			}

			await executePlan(plan, runtime, executionTools(signal, failures));
		} catch (error) {
			if (!signal.aborted) {
				throw error;
			}
		}

		noteReadiness();
		return failures;
	};

	return {
		current: () => current,
		buildFailures: () => buildFailures,
		isBeingReplaced: replacements.isUnderWay,
		isLeaving: replacements.isLeaving,
		restart: async ids => {
			for (const id of ids) {
				replacements.ask(id, 'somebody asked for it');
			}

			return (await execute()).filter(({id}) => ids.includes(id));
		},
		adopt: async (config, {build = false} = {}) => {
			if (hasContainers(config)) {
				await parts.containers.open();
			} else {
				// The ports that it publishes are wanted by a process now.
				await parts.containers.removeGateway();
			}

			await ports.reserve(portWishes(config), portsInUse(config));
			await savePorts(parts);
			await Promise.all([
				writeJson(options.state.lastConfig, config),
				ensureCertificates(config),
				isOver ? undefined : tools().proxy.ensure(),
			]);
			if (isOver) {
				return [];
			}

			await prepareContainers(config);
			await savePorts(parts);

			// Not before it has its certificates: whatever is published from here on is published by it.
			current = config;
			tools().onConfig(config);
			instances.keepOnly(new Set(instancesOf(config).map(({id}) => id)));
			// Before the apps: they start with their sidecars at their side; and those that go are called no more.
			const refusals = await tools().publish();
			if (isOver) {
				return refusals;
			}

			desired = desiredState(config, {places: parts.placesOf(config), changesOf: ports.changesOf});
			await runtime.refresh?.(desired.instances).catch((error: unknown) => {
				options.log.write('error', 'running instances do not know of new services yet', {error: String(error)});
			});
			if (build) {
				await buildAnew();
			}

			execute().catch((error: unknown) => options.log.write('error', 'the plan failed', {error: String(error)}));
			return refusals;
		},
		renewCertificates: async () => current !== undefined && ensureCertificates(current),
		isReady: () => isReady,
		stopAll: async () => {
			isOver = true;
			execution.abort();
			desired = {instances: [], sidecars: []};
			const {signal} = new AbortController();
			await executePlan(planChanges(desired, runtime.observe()), runtime, executionTools(signal));
		},
		close: () => {
			execution.abort();
			stopNoting();
			replacements.close();
		},
	};
};
