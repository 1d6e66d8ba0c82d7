// What to say to a command that does not exist.
import type {Hook} from '@oclif/core';
import {MeshError} from '../../common/mesh-error.ts';
import {suggestName} from '../../config/nearest-name.ts';
import {wrongUsage} from '../print-error.ts';

const inWords = (id: string): string => id.replaceAll(':', ' ');

const commandNotFound: Hook.CommandNotFound = async ({id, config}) => {
	const names = config.commands.filter(({hidden}) => !hidden).map(command => inWords(command.id));
	const typed = inWords(id);
	const command = names.find(name => typed.startsWith(`${name} `));
	throw new MeshError({
		code: wrongUsage,
		message:
			command === undefined
				? `there is no command "${typed}"`
				: `devmesh ${command} does not take "${typed.slice(command.length + 1)}"`,
		remedy:
			command === undefined
				? `${suggestName(typed, names, 'commands')} See \`devmesh --help\`.`
				: `See \`devmesh ${command} --help\`.`,
	});
};

export default commandNotFound;
