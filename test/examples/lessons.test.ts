import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {startApp} from '../support/app.ts';
import {startHttpServer} from '../support/http-server.ts';
import {repository} from '../support/user.ts';

const examples = path.join(repository, 'examples');

const textsOf = async (url: string, count: number): Promise<readonly string[]> => {
	const texts: string[] = [];
	for (let asked = 0; asked < count; asked++) {
		const response = await fetch(url);
		texts.push(`${response.status} ${(await response.text()).trim()}`);
	}

	return texts;
};

test('canary: version 1 is plain and sound', async t => {
	const app = await startApp(t, 'canary/greeter.mjs', {VERSION: 'v1'});
	t.deepEqual(await textsOf(app.url, 4), Array(4).fill('200 v1: hello'));
});

test('canary: version 2 fails on every fourth request, but its health check does not', async t => {
	const app = await startApp(t, 'canary/greeter.mjs', {VERSION: 'v2'});
	t.deepEqual(await textsOf(`${app.url}/health`, 4), Array(4).fill('200 ok'));
	const texts = await textsOf(app.url, 8);
	t.deepEqual(
		texts.map(text => text.slice(0, 3)),
		['200', '200', '200', '500', '200', '200', '200', '500'],
	);
});

test('fault-injection: the shop says what stock said', async t => {
	const stock = await startApp(t, 'fault-injection/stock.mjs');
	const shop = await startApp(t, 'fault-injection/shop.mjs', {STOCK_URL: stock.url});
	t.regex((await textsOf(shop.url, 1))[0] ?? '', /^200 tea: 12 left \(asked for \d+ ms\)$/);
});

test('fault-injection: the shop goes on selling when stock fails or is gone', async t => {
	const broken = await startHttpServer(t, (_request, response) => {
		response.writeHead(503);
		response.end();
	});
	const one = await startApp(t, 'fault-injection/shop.mjs', {STOCK_URL: broken.url});
	t.regex((await textsOf(one.url, 1))[0] ?? '', /^200 tea: in stock, probably; stock answered 503/);
	const other = await startApp(t, 'fault-injection/shop.mjs', {STOCK_URL: 'http://127.0.0.1:1'});
	t.regex((await textsOf(other.url, 1))[0] ?? '', /^200 tea: in stock, probably; /);
});

// Windows knows no signals: there a process is ended the hard way.
if (process.platform !== 'win32') {
	test('every service of the lessons ends when it is told to', async t => {
		for (const file of ['canary/greeter.mjs', 'fault-injection/shop.mjs', 'fault-injection/stock.mjs']) {
			const app = await startApp(t, file);
			app.child.kill('SIGTERM');
			t.is(await app.exit, 0, file);
		}
	});
}

test('every example tells its lesson within one screen', async t => {
	for (const name of await readdir(examples)) {
		const lines = (await readFile(path.join(examples, name, 'README.md'), 'utf8')).split('\n');
		t.true(lines.length <= 50, `${name}: ${lines.length} lines`);
		t.regex(lines[0] ?? '', /^# /);
	}
});
