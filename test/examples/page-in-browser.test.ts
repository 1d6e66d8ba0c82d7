import test, {type ExecutionContext} from 'ava';
import {startApp} from '../support/app.ts';
import {openBrowser} from '../support/browser.ts';

const startPage = async (t: ExecutionContext): Promise<string> => {
	const [details, ratings] = await Promise.all([
		startApp(t, 'bookinfo/details.mjs'),
		startApp(t, 'bookinfo/ratings.mjs'),
	]);
	const reviews = await startApp(t, 'bookinfo/reviews.mjs', {VERSION: 'v2', RATINGS_URL: ratings.url});
	const page = await startApp(t, 'bookinfo/productpage.mjs', {DETAILS_URL: details.url, REVIEWS_URL: reviews.url});
	return page.url;
};

// One browser at a time.
test.serial('a person signs in and out on the page, in a browser that has nothing to complain about', async t => {
	const [browser, url] = await Promise.all([openBrowser(t), startPage(t)]);
	await browser.open(url);
	t.is(await browser.evaluate('document.title'), 'The Time Machine · Bookinfo');
	t.is(await browser.evaluate(`document.querySelector('.version').textContent`), 'reviews v2');

	await browser.follow(`document.querySelector('form button').click()`);
	t.is(await browser.evaluate(`document.querySelector('form').innerText.split('\\n')[0]`), 'Signed in as jason');
	await browser.follow(`document.querySelector('form button').click()`);
	t.is(await browser.evaluate(`document.querySelector('input').value`), 'jason');
	t.deepEqual(browser.problems(), []);
});

test.serial('the page is light or dark as its reader likes it, and readable both ways', async t => {
	const [browser, url] = await Promise.all([openBrowser(t), startPage(t)]);
	const brightness = async (property: string): Promise<number> => {
		const color = await browser.evaluate<string>(`getComputedStyle(document.body)['${property}']`);
		return (color.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3;
	};
	await browser.open(url);
	await browser.prefer('light');
	t.true((await brightness('background-color')) - (await brightness('color')) > 150);
	await browser.prefer('dark');
	t.true((await brightness('color')) - (await brightness('background-color')) > 150);
});

test.serial('on a phone nothing is wider than the screen', async t => {
	const [browser, url] = await Promise.all([openBrowser(t), startPage(t)]);
	await browser.open(url);
	const isTooWide = (width: number) =>
		browser.evaluate<boolean>(`new Promise(resolve => {
			const frame = document.createElement('iframe');
			frame.style.width = '${width}px';
			frame.onload = () => resolve(frame.contentDocument.documentElement.scrollWidth > ${width});
			frame.src = '/';
			document.body.append(frame);
		})`);
	t.false(await isTooWide(360));
});
