// Holds source files against the rules.
import path from 'node:path';
import {readImports, stripComments} from './read-imports.ts';
import {bans, doors, ranks, strangers} from './rules.ts';

/** A path within src/, with slashes, and its text. */
export type SourceFiles = ReadonlyMap<string, string>;

/** Gives one sentence for each offence. */
export const findOffences = (files: SourceFiles): readonly string[] =>
	[...files].flatMap(([file, text]) => [
		...offencesOfFolder(file),
		...readImports(text).flatMap(specifier =>
			specifier.startsWith('.') ? offencesOfOrder(file, specifier) : offencesOfDoors(file, specifier),
		),
		...offencesOfBans(file, stripComments(text)),
	]);

const offencesOfFolder = (file: string): readonly string[] =>
	rankOf(file) === -1 ? [`${file}: folder ${folderOf(file)}/ has no place in the order`] : [];

const offencesOfOrder = (file: string, specifier: string): readonly string[] => {
	const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
	if (target.startsWith('..')) {
		return [`${file} imports ${specifier}, which lies outside src/`];
	}

	const [from, to] = [folderOf(file), folderOf(target)];
	if (from === to) {
		return [];
	}

	if (strangers.some(([one, other]) => one === from && other === to)) {
		return [`${file} imports ${target}: ${from}/ and ${to}/ never know each other`];
	}

	return rankOf(target) < rankOf(file)
		? []
		: [`${file} imports ${target}: ${to}/ (rank ${rankOf(target)}) is not below ${from}/ (rank ${rankOf(file)})`];
};

const offencesOfDoors = (file: string, specifier: string): readonly string[] =>
	doors
		.filter(({isBehind, allowed}) => isBehind(specifier) && !isUnder(file, allowed))
		.map(({what, allowed}) => `${file} imports ${specifier}: ${what} come in only through ${allowed.join(', ')}`);

const offencesOfBans = (file: string, code: string): readonly string[] =>
	bans
		.filter(({pattern, allowed}) => pattern.test(code) && !isUnder(file, allowed))
		.map(({what, pattern, instead}) => `${file} uses ${what} (${pattern.exec(code)?.[0].trim()}): ${instead}`);

const isUnder = (file: string, prefixes: readonly string[]): boolean =>
	prefixes.some(prefix => file.startsWith(prefix));

const folderOf = (file: string): string => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '.');

const rankOf = (file: string): number => ranks.findIndex(folders => folders.includes(folderOf(file)));
