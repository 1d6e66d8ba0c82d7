import path from 'node:path';
import test from 'ava';
import {installCommand} from '../../scripts/install-system-parts.ts';
import {planSuites} from '../../scripts/plan-suites.ts';
import {findSystemPart, type SystemPart} from '../support/system-parts.ts';

const browser: SystemPart = {
	name: 'a browser',
	programs: ['no-such-browser', 'node'],
	debianPackages: ['browser', 'fonts'],
	suites: ['test/e2e/page.test.ts'],
};
const packetFilter: SystemPart = {
	name: 'a packet filter',
	programs: ['no-such-filter'],
	debianPackages: ['nftables'],
	suites: ['test/e2e/page.test.ts', 'test/unit/capture.test.ts'],
	platforms: ['linux'],
};

const stage = {
	args: ['test/e2e/**'],
	isOfStage: (file: string) => file.startsWith('test/e2e/'),
	find: () => undefined,
	platform: 'linux' as const,
	parts: [browser, packetFilter],
};

test('a suite without its part is held back, with everything that it lacks', t => {
	const plan = planSuites(stage);
	t.deepEqual(plan.args, ['test/e2e/**', '!test/e2e/page.test.ts']);
	t.deepEqual([...plan.held], [['test/e2e/page.test.ts', [browser, packetFilter]]]);
	t.deepEqual(plan.missing, [browser, packetFilter]);
});

test('with every part in place, nothing is held back', t => {
	const plan = planSuites({...stage, find: () => '/usr/bin/part'});
	t.deepEqual(plan.args, ['test/e2e/**']);
	t.is(plan.held.size, 0);
	t.deepEqual(plan.missing, []);
});

test('a part that this system cannot have holds its suites back, and is not asked for', t => {
	const plan = planSuites({...stage, platform: 'darwin', find: part => (part === browser ? '/browser' : undefined)});
	t.deepEqual([...plan.held.keys()], ['test/e2e/page.test.ts']);
	t.deepEqual(plan.missing, []);
});

test('a part is found by any of its names on the PATH', t => {
	const folder = path.dirname(process.execPath);
	const found = findSystemPart(
		{...browser, programs: ['no-such-browser', path.basename(process.execPath)]},
		`/nowhere${path.delimiter}${folder}`,
	);
	t.is(found, process.execPath);
	t.is(findSystemPart(packetFilter, folder), undefined);
});

test('one command installs all that is missing', t => {
	t.is(installCommand([browser, packetFilter]), 'apt-get update && apt-get install browser fonts nftables');
});
