import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {createBookinfo} from '../support/project.ts';
import {createUser, repository} from '../support/user.ts';

const readme = path.join(repository, 'README.md');
const pictureBlock = /(<!-- picture -->\n```\n)([\s\S]*?)(```\n)/;

interface Step {
	readonly command: string;
	readonly shown: readonly string[];
}

/** Reads commands and what they show; a line of `…` stands for any lines. */
const readSteps = (picture: string): readonly Step[] =>
	picture
		.split(/^(?=\$ )/m)
		.filter(Boolean)
		.map(block => {
			const [first = '', ...shown] = block.trimEnd().split('\n');
			return {command: first.slice('$ '.length), shown};
		});

/** What differs from run to run: numbers, times, widths of columns. */
const mask = (line: string): string =>
	line
		.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
		.replaceAll(/[\d.]+/g, 'N')
		.replaceAll(/N\/N\/N ms|-$/g, 'TIMES')
		.replaceAll(/N %|-(?= )/g, 'SHARE')
		.replaceAll(/ {2,}/g, '  ')
		.trimEnd();

const matches = (shown: readonly string[], actual: readonly string[]): boolean => {
	const [first, ...rest] = shown;
	if (first === undefined) {
		return actual.length === 0;
	}

	if (first === '…') {
		return Array.from({length: actual.length + 1}, (_, skipped) => actual.slice(skipped)).some(left =>
			matches(rest, left),
		);
	}

	return actual.length > 0 && mask(first) === mask(actual[0] ?? '') && matches(rest, actual.slice(1));
};

test('the picture in the README is what a user sees', async t => {
	const text = await readFile(readme, 'utf8');
	const picture = pictureBlock.exec(text)?.[2] ?? '';
	const steps = readSteps(picture);
	t.true(steps.length >= 4);
	const folder = await createBookinfo(t);
	const user = await createUser(t, folder);
	const taken: string[] = [];
	for (const {command, shown} of steps) {
		const [program, ...args] = command.split(' ');
		t.is(program, 'devmesh');
		const {stdout, stderr, code} = await user.devmesh(...args);
		t.is(code, 0, stderr);
		const actual = stdout.trimEnd().split('\n');
		taken.push(`$ ${command}`, ...actual);
		if (!process.env['UPDATE']) {
			t.true(matches(shown, actual), `$ ${command}\n${actual.join('\n')}`);
		}
	}

	if (process.env['UPDATE']) {
		await writeFile(
			readme,
			text.replace(pictureBlock, (_, before: string, __, after: string) => `${before}${taken.join('\n')}\n${after}`),
		);
	}
});
