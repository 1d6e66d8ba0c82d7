import {existsSync} from 'node:fs';
import {glob, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {systemParts} from '../support/system-parts.ts';
import {repository} from '../support/user.ts';

test('every link between documents leads to a file', async t => {
	const dead: string[] = [];
	let links = 0;
	for await (const file of glob(['*.md', 'docs/**/*.md', 'examples/**/*.md'], {cwd: repository})) {
		const text = await readFile(path.join(repository, file), 'utf8');
		for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
			if (!/^[a-z]+:/.test(target)) {
				links++;
				if (!existsSync(path.join(repository, path.dirname(file), target))) {
					dead.push(`${file}: ${target}`);
				}
			}
		}
	}

	t.true(links > 10, `${links} links`);
	t.deepEqual(dead, []);
});

test('the README has every command in its table', async t => {
	const [readme, page] = await Promise.all(
		['README.md', 'docs/reference/cli.md'].map(file => readFile(path.join(repository, file), 'utf8')),
	);
	const rows = [...(readme ?? '').matchAll(/^\| `devmesh ([^`]+)`/gm)].map(([, row = '']) => row.split(/[^a-z-]+/));
	const commands = [...(page ?? '').matchAll(/^## devmesh (.+)$/gm)].map(([, command = '']) => command);
	const isThere = ([first, ...rest]: readonly string[]): boolean =>
		rows.some(row => row[0] === first && rest.every(word => row.includes(word)));
	t.true(commands.length > 10, `${commands.length} commands`);
	t.deepEqual(
		commands.filter(command => !isThere(command.split(' '))),
		[],
	);
});

test('every suite that asks for a part of the system exists', t => {
	const lost = systemParts.flatMap(({suites}) => suites).filter(suite => !existsSync(path.join(repository, suite)));
	t.deepEqual(lost, []);
});
