import {execFileSync} from 'node:child_process';
import {readdir} from 'node:fs/promises';
import {setTimeout as sleep} from 'node:timers/promises';
import test from 'ava';
import {createBookinfo} from '../support/project.ts';
import {createUser} from '../support/user.ts';

const runningIn = (home: string): readonly string[] =>
	execFileSync('ps', ['-eo', 'args'], {encoding: 'utf8'})
		.split('\n')
		.filter(line => line.includes(home));

for (const span of [300, 600, 900, 1500]) {
	test.serial(`Ctrl-C ${span} ms after the start leaves nothing behind`, async t => {
		const folder = await createBookinfo(t);
		const user = await createUser(t, folder);
		const up = user.start('up');
		await sleep(span);
		up.child.kill('SIGINT');
		await up.exit;
		t.deepEqual(runningIn(user.home), [], up.output());
	});
}

// The first is before its control plane has a lock, however fast the machine is.
for (const span of [0, 100, 300, 600, 1000]) {
	test.serial(`\`down\` ${span} ms into a start brings down what has started, and what was about to`, async t => {
		const folder = await createBookinfo(t);
		const user = await createUser(t, folder);
		const up = user.start('up', '-d');
		await firstSign(user.home);
		await sleep(span);
		const down = await user.devmesh('down');
		t.is(down.code, 0, down.stdout + down.stderr);
		await up.exit;
		t.deepEqual(runningIn(user.home), [], up.output() + down.stdout);
	});
}

test.serial('`down` brings down a control plane that has no lock yet and whose `up` was killed', async t => {
	const folder = await createBookinfo(t);
	const user = await createUser(t, folder);
	const up = user.start('up', '-d');
	await firstSign(user.home);
	while (!runningIn(user.home).some(line => line.includes('control-plane'))) {
		await sleep(1);
	}

	up.child.kill('SIGKILL');
	await up.exit;
	t.is((await user.devmesh('down')).code, 0);
	t.deepEqual(runningIn(user.home), []);
});

/** Before it nothing tells a start from a program that does something else. */
const firstSign = async (home: string): Promise<void> => {
	while (!(await readdir(home, {recursive: true})).some(name => /\/start-[0-9a-f-]+$/.test(name))) {
		await sleep(1);
	}
};
