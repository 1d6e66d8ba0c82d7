import test from 'ava';
import {readDockerignore} from '../../../src/runtime/docker/images/dockerignore.ts';

const files = [
	...['Dockerfile', 'main.js', 'a.log', 'a+b', 'src/b.log', 'src/main.js', 'src/deep/c.log', 'src/node_modules/x.js'],
	...['node_modules/y/z.js', '.env', 'docs/readme.md', 'docs/index.md'],
];

/** By the text of a .dockerignore, the files that it names. */
const cases: Readonly<Record<string, readonly string[]>> = {
	'': [],
	'# *\n\n': [],
	node_modules: ['node_modules/y/z.js'],
	'/node_modules/': ['node_modules/y/z.js'],
	'./src/../.env  ': ['.env'],
	'*.log': ['a.log'],
	'**/*.log': ['a.log', 'src/b.log', 'src/deep/c.log'],
	'src/*.log': ['src/b.log'],
	'src/**/*.log': ['src/b.log', 'src/deep/c.log'],
	'**/node_modules': ['src/node_modules/x.js', 'node_modules/y/z.js'],
	'src/**': ['src/b.log', 'src/main.js', 'src/deep/c.log', 'src/node_modules/x.js'],
	'*\n!src/deep\n!main.js': files.filter(file => file !== 'src/deep/c.log' && file !== 'main.js'),
	'docs\n!docs/*.md\ndocs/readme.md': ['docs/readme.md'],
	'*.md\n**/[a-i]*.md': ['docs/index.md'],
	'[^m]ain.js\nmai?.js': ['main.js'],
	'a+b\nmain.jsx': ['a+b'],
	[String.raw`\a.log`]: ['a.log'],
	'\uFEFF.env\r\nmain.js\r\n': ['main.js', '.env'],
};

for (const [text, ignored] of Object.entries(cases)) {
	test(`.dockerignore of ${JSON.stringify(text)}`, t => {
		const {ignores} = readDockerignore(text);
		t.deepEqual(files.filter(ignores), ignored);
	});
}

test('only a text with exceptions says so', t => {
	t.true(readDockerignore('*\n!src').hasExceptions);
	t.false(readDockerignore('*\n# !src').hasExceptions);
});
