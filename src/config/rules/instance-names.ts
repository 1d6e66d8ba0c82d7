// Instances are named `<service>-<version>-<n>`: two services must not come to the same name.
import {defaultVersion} from '../build-service.ts';
import type {ConfigPath, Finding} from '../finding.ts';
import type {Rule} from './rule.ts';

export const instanceNames: Rule = ({services}) => {
	const owners = new Map<string, string>();
	return Object.entries(services).flatMap(([service, {versions, external}]) =>
		external === undefined
			? Object.keys(versions ?? {[defaultVersion]: {}}).flatMap((version): readonly Finding[] => {
					const name = version === defaultVersion ? service : `${service}-${version}`;
					const owner = owners.get(name);
					owners.set(name, service);
					return owner === undefined
						? []
						: [
								sameName(versions ? ['services', service, 'versions', version] : ['services', service], name, [
									owner,
									service,
								]),
							];
				})
			: [],
	);
};

const sameName = (path: ConfigPath, name: string, [one, other]: readonly [string, string]): Finding => ({
	code: 'DM2032',
	path,
	at: 'key',
	finding: `instances of ${one} and of ${other} would both be named ${name}-1`,
	remedy: 'Give the service or the version another name.',
});
