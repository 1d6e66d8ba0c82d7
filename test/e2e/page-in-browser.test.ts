import test from 'ava';
import {startBookinfo} from '../support/bookinfo.ts';
import {openBrowser} from '../support/browser.ts';

test('the page opens in a browser under its own name, and jason sees reviews v2 on it', async t => {
	const mesh = await startBookinfo(t);
	const browser = await openBrowser(t);
	await browser.open(`http://bookinfo.localhost:${await mesh.httpPort()}/`);
	t.is(await browser.evaluate('document.title'), 'The Time Machine · Bookinfo');
	t.regex(await browser.evaluate(`document.querySelector('.version').textContent`), /^reviews v[13]$/);
	await browser.follow(`document.querySelector('form button').click()`);
	t.is(await browser.evaluate(`document.querySelector('.version').textContent`), 'reviews v2');
	t.deepEqual(browser.problems(), []);
});
