// Writes docs/reference/cli.md from the list of commands: `node scripts/write-cli-reference.ts`, after a build.
import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

interface Flag {
	readonly name: string;
	readonly char?: string;
	readonly description?: string;
	readonly helpValue?: string;
	readonly multiple?: boolean;
	readonly type: string;
}

interface Argument {
	readonly name: string;
	readonly description?: string;
	readonly required?: boolean;
}

export interface ManifestCommand {
	readonly id: string;
	readonly summary?: string;
	readonly description?: string;
	readonly examples?: readonly string[];
	readonly hidden?: boolean;
	readonly flags: Readonly<Record<string, Flag>>;
	readonly args: Readonly<Record<string, Argument>>;
}

/** What the page needs of `oclif.manifest.json`. */
export interface CommandManifest {
	readonly commands: Readonly<Record<string, ManifestCommand>>;
}

/** Gives the page: every command with its arguments, flags and examples, by name; hidden ones are left out. */
export const formatCliReference = ({commands}: CommandManifest): string => {
	const shown = Object.values(commands)
		.filter(({hidden}) => !hidden)
		.sort((one, two) => one.id.localeCompare(two.id, 'en'));
	return `${[head, ...shown.map(formatCommand)].join('\n\n')}\n`;
};

const head = `# The command line

This page is written by \`node scripts/write-cli-reference.ts\`; change the commands instead.

Every command takes \`--json\` and then prints one JSON value; an error is \`{"error": {"code", "message", "remedy"}}\`. It ends with 0 when it is done, 1 when something failed, 2 when it was called wrongly. Only \`devmesh run\` has its output and its exit code from the command that it runs. A command finds its mesh by the nearest \`mesh.config.yaml\`, from the working folder upwards, unless \`--file\` names another.

| variable | what it does |
|---|---|
| \`DEVMESH_HOME\` | the folder of all state; default: \`$XDG_STATE_HOME/devmesh\`, else \`~/.local/state/devmesh\` (Windows: \`%LOCALAPPDATA%\\devmesh\`) |
| \`NO_COLOR\` | no colours; without a terminal there are none anyway, and nothing is drawn twice |
| \`FORCE_COLOR\` | colours, also without a terminal |
| \`DEVMESH_DEBUG\` | errors come with their stack |

\`devmesh autocomplete\` sets up completion in bash, zsh and PowerShell.`;

const formatCommand = ({id, summary, description, examples = [], flags, args}: ManifestCommand): string => {
	const name = id.replaceAll(':', ' ');
	const rows = [
		...Object.values(args).map(({name: argument, description: what, required}) => [
			required ? argument : `[${argument}]`,
			what ?? '',
		]),
		...Object.values(flags)
			.filter(flag => flag.name !== 'json')
			.map(flag => [formatFlag(flag), flag.description ?? '']),
	];
	return [
		`## devmesh ${name}`,
		summary ?? '',
		...(description ? [description] : []),
		...(rows.length > 0 ? [['| | |', '|---|---|', ...rows.map(formatRow)].join('\n')] : []),
		...(examples.length > 0 ? [['```sh', ...examples.map(fillIn), '```'].join('\n')] : []),
	].join('\n\n');
};

const formatFlag = ({name, char, helpValue, type, multiple}: Flag): string =>
	`${char ? `-${char}, ` : ''}--${name}${type === 'option' ? ` ${helpValue ?? '<value>'}` : ''}${multiple ? ' …' : ''}`;

const formatRow = ([left = '', right = '']: readonly string[]): string =>
	`| \`${left}\` | ${right.replaceAll('|', '\\|')} |`;

const fillIn = (example: string): string => example.replaceAll('<%= config.bin %>', 'devmesh');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const root = path.dirname(import.meta.dirname);
	const manifest = JSON.parse(await readFile(path.join(root, 'oclif.manifest.json'), 'utf8')) as CommandManifest;
	await writeFile(path.join(root, 'docs/reference/cli.md'), formatCliReference(manifest));
}
