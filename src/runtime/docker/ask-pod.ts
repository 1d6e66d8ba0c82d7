// Asks once whether the app of a pod is ready: from within its namespace, since whoever asks from outside reaches a proxy first.
import type Dockerode from 'dockerode';
import type {Clock} from '../../common/clock.ts';
import type {HealthConfig} from '../../model/mesh-config.ts';
import {probe} from '../probe.ts';
import type {AskSidecar} from './pod-body.ts';
import type {PodInstance} from './pod-containers.ts';

export interface AskParts {
	readonly instance: PodInstance;
	readonly app: Dockerode.Container;
	readonly logFile: string;
	readonly logStart: number;
	readonly ask: AskSidecar;
	readonly clock: Clock;
}

/** Gives undefined when the app is ready, else what is in the way, in words. */
export const askPod = async (health: HealthConfig, parts: AskParts): Promise<string | undefined> => {
	const {instance, logFile, logStart, ask, clock} = parts;
	if (instance.appPort === 0 && (health.probe.kind === 'tcp' || health.probe.kind === 'http')) {
		// There is nothing to ask: it listens nowhere that anybody knows of.
		return undefined;
	}

	switch (health.probe.kind) {
		case 'tcp':
			return ask(instance.id, targetOf(instance), health.timeoutMs);
		case 'http':
			return ask(instance.id, {...targetOf(instance), path: health.probe.path}, health.timeoutMs);
		case 'command':
			return askByCommand(health.probe.command, health, parts);
		case 'log':
			return probe(health.probe, {
				port: instance.appPort,
				workdir: instance.workdir,
				env: {},
				logFile,
				logStart,
				timeoutMs: health.timeoutMs,
				clock,
			});
	}
};

// Without a sidecar it is asked as it is called: at its address.
const targetOf = ({appPort, pod}: PodInstance): Parameters<AskSidecar>[1] => ({
	port: appPort,
	...(!pod.sidecar && {address: pod.address}),
});

const askByCommand = async (
	command: string | readonly string[],
	{timeoutMs}: HealthConfig,
	{app, clock}: AskParts,
): Promise<string | undefined> => {
	const exec = await app.exec({
		Cmd: typeof command === 'string' ? ['/bin/sh', '-c', command] : [...command],
		AttachStdout: true,
		AttachStderr: true,
	});
	const stream = await exec.start({});
	const isLate = await new Promise<boolean>((resolve, reject) => {
		const cancel = clock.after(timeoutMs, () => {
			stream.destroy();
			resolve(true);
		});
		stream.resume();
		stream.once('error', error => {
			cancel();
			reject(error);
		});
		stream.once('end', () => {
			cancel();
			resolve(false);
		});
	});
	if (isLate) {
		return "the probe's command took too long";
	}

	const {ExitCode} = await exec.inspect();
	return ExitCode === 0 ? undefined : `the probe's command exited with ${ExitCode}`;
};
