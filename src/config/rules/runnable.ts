// Whether the chosen runtime can run a service.
import {defaultVersion} from '../build-service.ts';
import type {Finding} from '../finding.ts';
import type {Rule} from './rule.ts';

export const runnable: Rule = ({runtime = 'auto', services}) =>
	Object.entries(services).flatMap(([name, service]): readonly Finding[] => {
		if (service.external !== undefined) {
			return [];
		}

		const versions = Object.entries(service.versions ?? {[defaultVersion]: {}});
		const written = service.runtime ?? runtime;
		// The versions of a service run in the same way.
		const needsDocker = versions.some(([, own]) => {
			const {command, image, build} = {...service, ...own};
			return command === undefined && (image !== undefined || build !== undefined);
		});
		const choice = written === 'auto' && needsDocker ? 'docker' : written;
		return versions.flatMap(([version, own]): readonly Finding[] => {
			const {command, image, build} = {...service, ...own};
			const path = service.versions ? ['services', name, 'versions', version] : ['services', name];
			const what = service.versions ? `${name} ${version}` : name;
			const isContainer = image !== undefined || build !== undefined;
			if (choice === 'docker') {
				return isContainer
					? []
					: [cannotRun(path, `${what} is to run in Docker and has neither image nor build`, 'image: or build:')];
			}

			if (command !== undefined) {
				return [];
			}

			return [
				isContainer
					? cannotRun(path, `${what} is to run as a local process and has no command`, 'command: with what starts it')
					: cannotRun(
							path,
							`${what} has nothing to run`,
							'command: with what starts it, image:, build:, or external: with its address',
						),
			];
		});
	});

const cannotRun = (path: readonly string[], finding: string, missing: string): Finding => ({
	code: 'DM2008',
	path,
	at: 'key',
	finding,
	remedy: `Add ${missing}.`,
});
