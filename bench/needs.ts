// The programs of Debian that the benchmark uses.
import {installCommand} from '../scripts/install-system-parts.ts';
import {findSystemPart} from '../test/support/system-parts.ts';
import type {Need} from './part.ts';

const need = (name: string, debianPackage: string, program: string): Need => ({
	name,
	programs: [program, `/usr/sbin/${program}`],
	debianPackages: [debianPackage],
});

export const wrk = need('wrk', 'wrk', 'wrk');
export const h2load = need('h2load', 'nghttp2-client', 'h2load');
export const nginx = need('nginx', 'nginx-light', 'nginx');
export const haproxy = need('HAProxy', 'haproxy', 'haproxy');
export const taskset = need('taskset', 'util-linux', 'taskset');

/** Says in one sentence what is missing and what to do; undefined when all is there. */
export const explainMissing = (
	needs: readonly Need[],
	find: (need: Need) => string | undefined = findProgram,
): string | undefined => {
	const missing = needs.filter(entry => !find(entry));
	return missing.length === 0
		? undefined
		: `${missing.map(({name}) => name).join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing: ${installCommand(missing.map(asSystemPart))}`;
};

const findProgram = (entry: Need): string | undefined => findSystemPart(asSystemPart(entry), process.env['PATH'] ?? '');

const asSystemPart = (entry: Need) => ({...entry, suites: []});
