import {execFileSync} from 'node:child_process';
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

test.serial('`down` while the mesh is starting brings down what has started, and what was about to', async t => {
	const folder = await createBookinfo(t);
	const user = await createUser(t, folder);
	const up = user.start('up', '-d');
	await sleep(800);
	t.is((await user.devmesh('down')).code, 0);
	await up.exit;
	t.deepEqual(runningIn(user.home), []);
});
