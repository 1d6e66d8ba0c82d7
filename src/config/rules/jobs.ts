// A job runs once: what only makes sense for what stays is a mistake.
import {isJob} from '../build-service.ts';
import type {ConfigPath, Finding} from '../finding.ts';
import type {VersionInput} from '../schema/service.ts';
import {mentions} from './mentions.ts';
import type {Rule} from './rule.ts';

export const jobs: Rule = input => [
	...Object.entries(input.services).flatMap(([name, service]) => [
		...settingsOfJob(['services', name], service, service),
		...Object.entries(service.versions ?? {}).flatMap(([version, settings]) =>
			settingsOfJob(['services', name, 'versions', version], settings, {...service, ...settings}),
		),
	]),
	...mentions(input).flatMap(({name, path, role}): readonly Finding[] => {
		const service = Object.hasOwn(input.services, name) ? input.services[name] : undefined;
		return service && role === 'called' && isJob(service) ? [calledJob(path, name)] : [];
	}),
];

const settingsOfJob = (path: ConfigPath, own: VersionInput, {job}: VersionInput): readonly Finding[] => [
	...(job && own.restart === 'always' ? [restartedJob(path)] : []),
	...(job && own.health ? [askedJob(path)] : []),
];

const restartedJob = (path: ConfigPath): Finding => ({
	code: 'DM2025',
	path: [...path, 'restart'],
	finding: 'a job that is always started again is never done',
	remedy: 'Write on-failure or no, or leave restart out.',
});

const askedJob = (path: ConfigPath): Finding => ({
	code: 'DM2025',
	severity: 'warning',
	path: [...path, 'health'],
	at: 'key',
	finding: 'the health of a job is never asked: it is done when it exits with 0',
	remedy: 'Leave health out.',
});

const calledJob = (path: ConfigPath, name: string): Finding => ({
	code: 'DM2026',
	path,
	finding: `${name} is a job, and nobody can call a job`,
	remedy: 'Name a service that stays, or remove job: true.',
});
