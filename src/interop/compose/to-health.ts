// Turns `healthcheck:` into the health of a service. Source: compose specification, "healthcheck"; Dockerfile reference, "HEALTHCHECK".
import {ms} from '../../common/units.ts';
import type {HealthConfig, HealthProbe} from '../../model/mesh-config.ts';
import {lastNode, type ProjectService} from './project.ts';
import {wrongValue} from './readers.ts';

// Docker's own.
const defaults = {interval: 30_000, timeout: 30_000, retries: 3};
// A start that takes less is never reported.
const shortestStart = 60_000;

/** Undefined when the file says none: then a service is ready when its port accepts. */
export const toHealth = (service: ProjectService): HealthConfig | undefined => {
	const {test, disable, ...times} = service.fields.healthcheck ?? {};
	const probe = disable || test === undefined ? undefined : toProbe(test, service);
	if (!probe) {
		return undefined;
	}

	// To Docker, 0 stands for the default.
	const interval = times.interval || defaults.interval;
	const timeout = times.timeout || defaults.timeout;
	const failures = times.retries || defaults.retries;
	return {
		probe,
		intervalMs: ms(interval),
		timeoutMs: ms(timeout),
		failures,
		startTimeoutMs: ms(Math.max(shortestStart, (times.start_period ?? 0) + failures * interval)),
	};
};

const toProbe = (test: readonly string[], service: ProjectService): HealthProbe | undefined => {
	const [kind, ...command] = test;
	if (kind === 'NONE') {
		return undefined;
	}

	if (kind === 'CMD' && command.length > 0) {
		return {kind: 'command', command};
	}

	return kind === 'CMD-SHELL' && command.length > 0
		? {kind: 'command', command: command.join(' ')}
		: wrongValue(lastNode(service, 'healthcheck', 'test'), '[CMD, word, …], [CMD-SHELL, line], [NONE] or a line');
};
