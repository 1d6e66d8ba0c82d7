// Installs what test suites need beyond npm, from Debian.
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import type {SystemPart} from '../test/support/system-parts.ts';

/** Installs the parts where there is apt-get, as root or by sudo without a question. What does not work is shown; the parts are then still missing. */
export const installSystemParts = async (
	parts: readonly SystemPart[],
	environment: Readonly<Record<string, string | undefined>>,
	show: (line: string) => void,
): Promise<void> => {
	if (parts.length === 0 || !existsSync('/usr/bin/apt-get')) {
		return;
	}

	show(`  ${installCommand(parts)}`);
	const first = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
	for (const args of [['update'], ['install', '--yes', '--no-install-recommends', ...packagesOf(parts)]]) {
		const [program = '', ...rest] = [...first, 'apt-get', '-qq', ...args];
		const {status, error, stdout, stderr} = spawnSync(program, rest, {
			env: {...environment, DEBIAN_FRONTEND: 'noninteractive'},
			stdio: ['ignore', 'pipe', 'pipe'],
			encoding: 'utf8',
		});
		if (status !== 0) {
			show(`  apt-get ${args[0]} ended with ${status ?? error?.message}\n${stdout}${stderr}`);
			return;
		}
	}
};

/** What a person types to install the parts. */
export const installCommand = (parts: readonly SystemPart[]): string =>
	`apt-get update && apt-get install ${packagesOf(parts).join(' ')}`;

const packagesOf = (parts: readonly SystemPart[]): readonly string[] => [
	...new Set(parts.flatMap(({debianPackages}) => debianPackages)),
];
