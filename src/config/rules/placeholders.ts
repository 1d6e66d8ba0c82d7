// Placeholders such as {{reviews.url}} in commands and environments.
import {calledPorts} from '../called-ports.ts';
import {type Placeholder, unknownPlaceholders} from '../fill-template.ts';
import type {ConfigPath, Finding} from '../finding.ts';
import {suggestName} from '../nearest-name.ts';
import type {VersionInput} from '../schema/service.ts';
import type {Rule} from './rule.ts';

export const placeholders: Rule = ({services}) => {
	const inText = (path: ConfigPath, text: string, owner: string): readonly Finding[] => {
		/** What is asked for of a service that exists, or undefined. */
		const portsOf = ({service = owner}: Placeholder): readonly number[] | undefined =>
			Object.hasOwn(services, service) ? calledPorts(services[service] ?? {}) : undefined;
		const lookup = (placeholder: Placeholder): string | undefined => {
			const known = portsOf(placeholder);
			return known && (placeholder.at === undefined || known.includes(placeholder.at)) ? '' : undefined;
		};

		return unknownPlaceholders(text, lookup).map(({whole, placeholder}) => ({
			code: 'DM2012',
			path,
			within: whole,
			...explain(whole, placeholder, placeholder && portsOf(placeholder), Object.keys(services)),
		}));
	};

	const inSettings = (path: ConfigPath, {command, env = {}}: VersionInput, owner: string): readonly Finding[] => [
		...(typeof command === 'string' ? inText([...path, 'command'], command, owner) : []),
		...(Array.isArray(command)
			? command.flatMap((word, index) => inText([...path, 'command', index], word, owner))
			: []),
		...Object.entries(env).flatMap(([name, value]) => inText([...path, 'env', name], value, owner)),
	];
	return Object.entries(services).flatMap(([name, service]) => [
		...inSettings(['services', name], service, name),
		...Object.entries(service.versions ?? {}).flatMap(([version, settings]) =>
			inSettings(['services', name, 'versions', version], settings, name),
		),
	]);
};

const explain = (
	whole: string,
	placeholder: Placeholder | undefined,
	ports: readonly number[] | undefined,
	names: readonly string[],
): Pick<Finding, 'finding' | 'remedy'> => {
	if (!placeholder) {
		return {
			finding: `${whole} is no placeholder`,
			remedy: 'Write {{service.url}}, {{service.host}}, {{service.port}} or {{port}}.',
		};
	}

	const {service, at} = placeholder;
	return ports
		? {
				finding: `${whole} names the port ${at}, which ${service ?? 'the service'} does not have`,
				remedy: ports.length > 0 ? `Write one of ${ports.join(', ')}, or add it to ports:.` : 'Add it to ports:.',
			}
		: {
				finding: `${whole} names a service that does not exist`,
				remedy: suggestName(service ?? '', names, 'services'),
			};
};
