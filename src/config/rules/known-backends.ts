// Versions that are named somewhere must exist.
import type {ConfigPath, Finding} from '../finding.ts';
import {suggestName} from '../nearest-name.ts';
import type {MeshInput} from '../schema/mesh.ts';
import type {BackendInput} from '../schema/traffic.ts';
import type {Rule} from './rule.ts';

export const knownBackends: Rule = input => [
	...(input.routes ?? []).flatMap(({to, backends = []}, index) =>
		check(input, ['routes', index, 'backends'], backends, to),
	),
	...(input.ingress ?? []).flatMap(({routes = []}, host) =>
		routes.flatMap(({backends}, index) =>
			check(input, ['ingress', host, 'routes', index, 'backends'], backends, undefined),
		),
	),
];

const check = (
	{services}: MeshInput,
	path: ConfigPath,
	backends: readonly BackendInput[],
	standard: string | undefined,
): readonly Finding[] =>
	backends.flatMap(({to = standard, version}, index): readonly Finding[] => {
		const service = to !== undefined && Object.hasOwn(services, to) ? services[to] : undefined;
		const versions = Object.keys(service?.versions ?? {});
		return version === undefined || !service || versions.includes(version)
			? []
			: [
					{
						code: 'DM2002',
						path: [...path, index, 'version'],
						finding: `${to} has no version "${version}"`,
						remedy:
							versions.length === 0
								? 'It has one version only: leave version out.'
								: suggestName(version, versions, 'versions'),
					},
				];
	});
