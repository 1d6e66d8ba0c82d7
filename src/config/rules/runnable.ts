// Whether the chosen runtime can run a service.
import {defaultVersion} from '../build-service.ts';
import type {Finding} from '../finding.ts';
import type {Rule} from './rule.ts';

export const runnable: Rule = ({runtime = 'auto', services}) =>
	Object.entries(services).flatMap(([name, service]): readonly Finding[] => {
		const choice = service.runtime ?? runtime;
		if (service.external !== undefined) {
			return [];
		}

		if (choice === 'docker') {
			return [
				{
					code: 'DM2008',
					path: service.runtime ? ['services', name, 'runtime'] : ['runtime'],
					finding: `${name} is to run in Docker, and this version of devmesh runs local processes only`,
					remedy: 'Write runtime: process, and a command for each service.',
				},
			];
		}

		return Object.entries(service.versions ?? {[defaultVersion]: {}}).flatMap(([version, own]): readonly Finding[] => {
			const {command, image, build} = {...service, ...own};
			const path = service.versions ? ['services', name, 'versions', version] : ['services', name];
			const what = service.versions ? `${name} ${version}` : name;
			return command === undefined ? [cannotRun(path, what, image !== undefined || build !== undefined)] : [];
		});
	});

const cannotRun = (path: readonly string[], what: string, isContainer: boolean): Finding => ({
	code: 'DM2008',
	path,
	at: 'key',
	finding: isContainer
		? `${what} has an image but no command, so it needs the Docker runtime, which this version lacks`
		: `${what} has nothing to run`,
	remedy: 'Add command: with what starts it, or external: with its address.',
});
