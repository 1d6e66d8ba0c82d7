import {appendFile, mkdtemp, rename, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'ava';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {ms} from '../../src/common/units.ts';
import {mergeLogs} from '../../src/runtime/merge-logs.ts';
import {lastLines} from '../../src/runtime/read-log.ts';

const setUp = async (t: {readonly teardown: (work: () => Promise<void>) => void}, text: string) => {
	const folder = await mkdtemp(path.join(tmpdir(), 'devmesh-log-'));
	const stop = new AbortController();
	t.teardown(async () => {
		stop.abort();
		await rm(folder, {recursive: true, force: true});
	});
	const file = path.join(folder, 'api-1.log');
	await writeFile(file, text);
	const clock = createManualClock();
	const lines = await lastLines(file, 2);
	const follower = mergeLogs(() => [{instance: 'api-1', file, start: 0}], {
		lines: 1,
		follow: true,
		signal: stop.signal,
		clock,
	});
	if (lines.length > 0) {
		await follower.next();
	}

	const next = async (): Promise<unknown> => {
		const line = follower.next().then(({value}) => value?.line);
		let isThere = false;
		void line.then(() => {
			isThere = true;
		});
		while (!isThere) {
			await clock.advance(ms(50));
		}

		return line;
	};

	return {file, lines, next};
};

test('the last lines come first, then each new one when it is whole', async t => {
	const {file, lines, next} = await setUp(t, 'one\ntwo\nthree\n');
	t.deepEqual(lines, ['two', 'three']);
	await appendFile(file, 'four\nfi');
	t.is(await next(), 'four');
	await appendFile(file, 've\n');
	t.is(await next(), 'five');
});

test('a line longer than a look at the file does not hold up those behind it', async t => {
	const {file, next} = await setUp(t, 'one\n');
	await appendFile(file, `${'x'.repeat(3 * 1024 * 1024)}\nafter\n`);
	let line = await next();
	while (/^x*$/.test(String(line))) {
		line = await next();
	}

	t.is(line, 'after');
});

test('a character that is written in two pieces stays whole', async t => {
	const {file, next} = await setUp(t, 'eins\n');
	const bytes = Buffer.from('grüße\nzwei\n');
	await appendFile(file, bytes.subarray(0, 3));
	const line = next();
	await appendFile(file, bytes.subarray(3));
	t.is(await line, 'grüße');
	t.is(await next(), 'zwei');
});

test('following goes on with the new file after the old one was put aside', async t => {
	const {file, next} = await setUp(t, 'one\n');
	await appendFile(file, 'two\n');
	t.is(await next(), 'two');
	await rename(file, `${file}.1`);
	await writeFile(file, 'a fresh start, longer than what stood there before\n');
	t.is(await next(), 'a fresh start, longer than what stood there before');
});
