import process from 'node:process';
import test from 'ava';
import {checkConfig} from '../../src/config/check-config.ts';
import {generatedInputs} from './generated-inputs.ts';
import {readValidConfigs} from './valid-configs.ts';

/** Milliseconds of this thread's own work: what else the machine does is no concern of it. */
const timeOf = (text: string | Uint8Array): number => {
	const before = process.threadCpuUsage();
	checkConfig({text, file: 'mesh.config.yaml', folder: '/project', environment: {}});
	const {user, system} = process.threadCpuUsage(before);
	return (user + system) / 1000;
};

test('a small file is checked within 20 ms', async t => {
	const [text = ''] = await readValidConfigs();
	// The shortest of some, since the machine has other things to do.
	const best = Math.min(...Array.from({length: 20}, () => timeOf(text)));
	t.true(best < 20, `${best} ms`);
});

// A running mesh reads the file on every save: a strange one must not hold it up.
const largest: Readonly<Record<string, () => string | Uint8Array>> = {
	...generatedInputs,
	'five hundred services that depend on each other': () =>
		`services:\n${Array.from({length: 500}, (_, index) => `  s${index}: { port: 8080, command: node s.js, dependsOn: [s${(index + 1) % 500}, s${(index * 7) % 500}] }\n`).join('')}`,
	'two thousand routes of one service': () =>
		`services: { web: { port: 8080, command: node web.js } }\nroutes:\n${Array.from({length: 2000}, (_, index) => `  - { to: web, match: { path: /a${index} } }\n`).join('')}`,
	'a million letters of brackets': () => '{['.repeat(500_000),
	'a million dollar signs': () => `a: "${'${'.repeat(500_000)}"`,
	'twenty thousand keys': () => Array.from({length: 20_000}, (_, index) => `key${index}: 1\n`).join(''),
	'fifty thousand mistakes': () =>
		`services:\n${Array.from({length: 9000}, (_, index) => `  s${index}: { prot: 1, comand: x }\n`).join('')}`,
	'aliases that multiply': () =>
		Array.from(
			{length: 30},
			(_, index) => `a${index}: &a${index} [${`*a${index - 1},`.repeat(index === 0 ? 0 : 10)}]\n`,
		).join(''),
};

for (const [name, make] of Object.entries(largest)) {
	test(`the check is done within seconds: ${name}`, t => {
		const duration = timeOf(make());
		t.true(duration < 10_000, `${duration} ms`);
	});
}
