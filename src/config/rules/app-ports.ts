// Fixed ports of apps, of which there is one each on a machine. Containers have a network each, so they do not count.
import type {ConfigPath, Finding} from '../finding.ts';
import type {ServiceInput} from '../schema/service.ts';
import type {Rule} from './rule.ts';

interface FixedPort {
	readonly path: ConfigPath;
	readonly owner: string;
	readonly port: number;
	readonly replicas: number;
}

export const appPorts: Rule = ({runtime = 'auto', services}) => {
	const processes = Object.entries(services).filter(([, service]) => mayBeProcess(service, service.runtime ?? runtime));
	const fixed = processes.flatMap(([name, service]): readonly FixedPort[] => {
		const versions = Object.entries(service.versions ?? {});
		const own = (owner: string, path: ConfigPath, port: number | undefined, replicas = 1): readonly FixedPort[] =>
			port === undefined || replicas === 0 ? [] : [{owner, path: [...path, 'appPort'], port, replicas}];
		const others = (owner: string, replicas = service.replicas): readonly FixedPort[] =>
			(service.ports ?? []).flatMap(({appPort}, index) =>
				own(owner, ['services', name, 'ports', index], appPort, replicas),
			);
		return versions.length === 0
			? [...own(name, ['services', name], service.appPort, service.replicas), ...others(name)]
			: versions.flatMap(([version, settings]) => [
					...own(
						`${name} ${version}`,
						settings.appPort === undefined ? ['services', name] : ['services', name, 'versions', version],
						settings.appPort ?? service.appPort,
						settings.replicas ?? service.replicas,
					),
					...others(`${name} ${version}`, settings.replicas),
				]);
	});
	return fixed.flatMap(({path, owner, port, replicas}, index): readonly Finding[] => {
		// One app may be called at several ports and listen at one.
		const first = fixed.slice(0, index).find(other => other.port === port && other.owner !== owner);
		return [
			...(first ? [sharedPort(path, owner, port, first.owner)] : []),
			...(replicas > 1 ? [repeatedPort(path, owner, port, replicas)] : []),
		];
	});
};

const mayBeProcess = (service: ServiceInput, runtime: string): boolean =>
	runtime !== 'docker' &&
	[service, ...Object.values(service.versions ?? {})].some(({command}) => command !== undefined);

const sharedPort = (path: ConfigPath, owner: string, port: number, other: string): Finding => ({
	code: 'DM2004',
	path,
	finding: `${owner} and ${other} would both listen at ${port}`,
	remedy: 'Give them different ports, or leave appPort out: each then gets a free one as PORT.',
});

const repeatedPort = (path: ConfigPath, owner: string, port: number, replicas: number): Finding => ({
	code: 'DM2005',
	path,
	finding: `${replicas} instances of ${owner} would all listen at ${port}`,
	remedy: 'Leave appPort out, so that each gets a free port as PORT, or write replicas: 1.',
});
