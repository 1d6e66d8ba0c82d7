import {spawn} from 'node:child_process';
import {once} from 'node:events';
import process from 'node:process';
import test from 'ava';
import {isOfThisBoot, processStartTime, startTimeOfEnded} from '../../src/runtime/process-start-time.ts';

test('a process that lives always has the same start time', async t => {
	const first = await processStartTime(process.pid);
	t.truthy(first);
	t.is(await processStartTime(process.pid), first);
});

test('a process that has ended has none, whether its parent has noticed or not', async t => {
	const child = spawn(process.execPath, ['-e', '']);
	await once(child, 'exit');
	t.is(await processStartTime(child.pid ?? 0), undefined);
});

test('a process that ended before it was looked at counts as one of this boot, and as none that lives', async t => {
	const ended = await startTimeOfEnded();
	t.true(await isOfThisBoot(ended));
	t.not(await processStartTime(process.pid), ended);
});
