// Whether the chosen runtime can run a service.
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

		const versions = Object.entries(service.versions ?? {});
		const lacking = versions.filter(([, version]) => version.command === undefined && service.command === undefined);
		const paths =
			versions.length > 0 ? lacking.map(([version]) => ['services', name, 'versions', version]) : [['services', name]];
		return versions.length === 0 && service.command !== undefined
			? []
			: paths.map(path => cannotRun(path, service.image !== undefined || service.build !== undefined));
	});

const cannotRun = (path: readonly string[], isContainer: boolean): Finding => ({
	code: 'DM2008',
	path,
	at: 'key',
	finding: isContainer
		? `${path.at(-1)} has an image but no command, so only the Docker runtime could run it`
		: `${path.at(-1)} has nothing to run`,
	remedy: 'Add command: with what starts it, or external: with its address.',
});
