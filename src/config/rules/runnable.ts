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
		// All versions of a service run in one way.
		const isForDocker = versions.some(([, own]) => {
			const {command, image, build} = {...service, ...own};
			return command === undefined && (image !== undefined || build !== undefined);
		});
		const choice = written === 'auto' && isForDocker ? 'docker' : written;
		return versions.flatMap(([version, own]): readonly Finding[] => {
			const {command, image, build} = {...service, ...own};
			const subject = {
				path: service.versions ? ['services', name, 'versions', version] : ['services', name],
				what: service.versions ? `${name} ${version}` : name,
			};
			const isContainer = image !== undefined || build !== undefined;
			switch (choice) {
				case 'process':
					return command === undefined ? [isContainer ? needsDocker(subject) : nothingToRun(subject)] : [];
				case 'docker':
					return isContainer ? [] : [command === undefined ? nothingToRun(subject) : needsImage(subject)];
				default:
					return command === undefined && !isContainer ? [nothingToRun(subject)] : [];
			}
		});
	});

interface Subject {
	readonly path: readonly string[];
	readonly what: string;
}

const needsDocker = ({path, what}: Subject): Finding => ({
	code: 'DM2008',
	path,
	at: 'key',
	finding: `${what} has an image but no command, so it is no local process`,
	remedy: 'Add command: with what starts it, or let it run in Docker: remove runtime: process.',
});

const needsImage = ({path, what}: Subject): Finding => ({
	code: 'DM2008',
	path,
	at: 'key',
	finding: `${what} is to run in Docker, and has neither image nor build`,
	remedy: 'Add image: with its name or build: with its folder, or remove runtime: docker.',
});

const nothingToRun = ({path, what}: Subject): Finding => ({
	code: 'DM2008',
	path,
	at: 'key',
	finding: `${what} has nothing to run`,
	remedy: 'Add command: with what starts it, image: or build: for Docker, or external: with its address.',
});
