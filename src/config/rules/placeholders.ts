// Placeholders such as {{reviews.url}} in commands and environments.
import {unknownPlaceholders} from '../fill-template.ts';
import type {ConfigPath, Finding} from '../finding.ts';
import {suggestName} from '../nearest-name.ts';
import type {VersionInput} from '../schema/service.ts';
import type {Rule} from './rule.ts';

export const placeholders: Rule = ({services}) => {
	const names = Object.keys(services);
	const lookup = (service: string | undefined): string | undefined =>
		service === undefined || names.includes(service) ? '' : undefined;
	const inText = (path: ConfigPath, text: string): readonly Finding[] =>
		unknownPlaceholders(text, lookup).map(placeholder => unknown(path, placeholder, names));
	const inSettings = (path: ConfigPath, {command, env = {}}: VersionInput): readonly Finding[] => [
		...(typeof command === 'string' ? inText([...path, 'command'], command) : []),
		...(Array.isArray(command) ? command.flatMap((word, index) => inText([...path, 'command', index], word)) : []),
		...Object.entries(env).flatMap(([name, value]) => inText([...path, 'env', name], value)),
	];
	return Object.entries(services).flatMap(([name, service]) => [
		...inSettings(['services', name], service),
		...Object.entries(service.versions ?? {}).flatMap(([version, settings]) =>
			inSettings(['services', name, 'versions', version], settings),
		),
	]);
};

const unknown = (path: ConfigPath, placeholder: string, names: readonly string[]): Finding => {
	const service = /^\{\{\s*(.+)\.(url|host|port)\s*\}\}$/.exec(placeholder)?.[1];
	return {
		code: 'DM2012',
		path,
		within: placeholder,
		finding:
			service === undefined ? `${placeholder} is no placeholder` : `${placeholder} names a service that does not exist`,
		remedy:
			service === undefined
				? 'Write {{service.url}}, {{service.host}}, {{service.port}} or {{port}}.'
				: suggestName(service, names, 'services'),
	};
};
