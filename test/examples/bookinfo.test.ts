import {once} from 'node:events';
import http from 'node:http';
import test, {type ExecutionContext} from 'ava';
import {startApp} from '../support/app.ts';
import {startHttpServer} from '../support/http-server.ts';

/** All of bookinfo, wired by hand; reviews in this version. */
const startAll = async (t: ExecutionContext, version: string) => {
	const [details, ratings] = await Promise.all([
		startApp(t, 'bookinfo/details.mjs'),
		startApp(t, 'bookinfo/ratings.mjs'),
	]);
	const reviews = await startApp(t, 'bookinfo/reviews.mjs', {VERSION: version, RATINGS_URL: ratings.url});
	const page = await startApp(t, 'bookinfo/productpage.mjs', {DETAILS_URL: details.url, REVIEWS_URL: reviews.url});
	return {details, ratings, reviews, page};
};

const textOf = async (url: string, headers: Readonly<Record<string, string>> = {}): Promise<string> =>
	(await fetch(url, {headers})).text();

test('reviews v1 shows no stars, v2 black ones, v3 red ones', async t => {
	const ratings = await startApp(t, 'bookinfo/ratings.mjs');
	const ratingOf = async (version: string) => {
		const app = await startApp(t, 'bookinfo/reviews.mjs', {VERSION: version, RATINGS_URL: ratings.url});
		const reply = (await (await fetch(`${app.url}/reviews/1`)).json()) as {
			version: string;
			reviews: readonly {rating?: unknown}[];
		};
		t.is(reply.version, version);
		return reply.reviews[0]?.rating;
	};
	t.is(await ratingOf('v1'), undefined);
	t.deepEqual(await ratingOf('v2'), {stars: 5, color: 'black'});
	t.deepEqual(await ratingOf('v3'), {stars: 5, color: 'red'});
});

test('the page shows the book, the reviews with their stars, and which version answered', async t => {
	const {page} = await startAll(t, 'v3');
	const response = await fetch(page.url);
	t.is(response.status, 200);
	t.is(response.headers.get('content-type'), 'text/html; charset=utf-8');
	const text = await response.text();
	t.regex(text, /<h1>The Time Machine<\/h1>/);
	t.regex(text, /William Heinemann/);
	t.regex(text, /reviews v3<\/strong>/);
	t.regex(text, /class="stars red" role="img" aria-label="4 of 5 stars"/);
	t.notRegex(text, /role="alert"/);
});

test('the same is there as JSON', async t => {
	const {page} = await startAll(t, 'v2');
	const product = (await (await fetch(`${page.url}/api/v1/products/1`)).json()) as {
		title: string;
		details: {author: string};
		reviews: {version: string};
	};
	t.is(product.title, 'The Time Machine');
	t.is(product.details.author, 'H. G. Wells');
	t.is(product.reviews.version, 'v2');
	t.is((await fetch(`${page.url}/api/v1/products/2`)).status, 404);
});

test('whoever signs in is known to every service behind the page until signing out', async t => {
	const reviews = await startHttpServer(t, (_request, response) => response.end('{"reviews": []}'));
	const page = await startApp(t, 'bookinfo/productpage.mjs', {DETAILS_URL: reviews.url, REVIEWS_URL: reviews.url});
	const signIn = await fetch(`${page.url}/login`, {
		method: 'POST',
		body: new URLSearchParams({user: 'jason'}),
		redirect: 'manual',
	});
	t.is(signIn.status, 303);
	t.is(signIn.headers.get('location'), '/');
	const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? '';

	t.regex(await textOf(page.url, {cookie}), /Signed in as <strong>jason<\/strong>/);
	t.deepEqual(
		reviews.requests.map(({headers}) => headers['end-user']),
		['jason', 'jason'],
	);
	const signOut = await fetch(`${page.url}/logout`, {method: 'POST', redirect: 'manual'});
	t.regex(signOut.headers.get('set-cookie') ?? '', /^user=; Max-Age=0/);
});

test('the user and the trace of a request travel to ratings', async t => {
	const ratings = await startHttpServer(t, (_request, response) => response.end('{"ratings": {}}'));
	const reviews = await startApp(t, 'bookinfo/reviews.mjs', {VERSION: 'v2', RATINGS_URL: ratings.url});
	const page = await startApp(t, 'bookinfo/productpage.mjs', {DETAILS_URL: ratings.url, REVIEWS_URL: reviews.url});
	const headers = {
		'end-user': 'jason',
		'x-request-id': 'one',
		traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
		tracestate: 'shop=1',
		baggage: 'cart=7',
		b3: '0',
		'x-b3-traceid': '0af7651916cd43dd',
	};
	await textOf(page.url, {...headers, 'x-secret': 'stays here'});
	const last = ratings.requests.find(({path}) => path === '/ratings/1');
	t.like(last?.headers, headers);
	t.is(last?.headers['x-secret'], undefined);
});

test('when reviews fail the page says how, and shows the rest', async t => {
	const details = await startApp(t, 'bookinfo/details.mjs');
	const broken = await startHttpServer(t, (_request, response) => {
		response.writeHead(503);
		response.end('no healthy <upstream>\n');
	});
	const page = await startApp(t, 'bookinfo/productpage.mjs', {DETAILS_URL: details.url, REVIEWS_URL: broken.url});
	const response = await fetch(page.url);
	t.is(response.status, 200);
	const text = await response.text();
	t.regex(text, /Reviews answered 503/);
	t.regex(text, /no healthy &lt;upstream&gt;/);
	t.regex(text, /William Heinemann/);
	const product = (await (await fetch(`${page.url}/api/v1/products/1`)).json()) as {reviews: unknown};
	t.deepEqual(product.reviews, {error: {status: 503, message: 'no healthy <upstream>'}});
});

test('when ratings refuse, the reviews stand without stars and say why', async t => {
	const refusing = await startHttpServer(t, (_request, response) => {
		response.writeHead(403);
		response.end('RBAC: access denied');
	});
	const reviews = await startApp(t, 'bookinfo/reviews.mjs', {VERSION: 'v2', RATINGS_URL: refusing.url});
	const page = await startApp(t, 'bookinfo/productpage.mjs', {DETAILS_URL: refusing.url, REVIEWS_URL: reviews.url});
	const text = await textOf(page.url);
	t.regex(text, /Ratings answered 403/);
	t.regex(text, /The dinner guests/);
	t.notRegex(text, /class="stars/);
});

test('a service that cannot be reached is named as such', async t => {
	const page = await startApp(t, 'bookinfo/productpage.mjs', {DETAILS_URL: 'http://127.0.0.1:1'});
	const text = await textOf(page.url);
	t.regex(text, /Details cannot be reached/);
	t.regex(text, /REVIEWS_URL is not set/);
});

test('a request that makes no sense gets an answer, and the service goes on', async t => {
	const page = await startApp(t, 'bookinfo/productpage.mjs');
	const {hostname, port} = new URL(page.url);
	for (const path of ['//', '/%zz', '/..', '/nothing']) {
		const [response] = (await once(http.get({hostname, port, path, agent: false}), 'response')) as [
			http.IncomingMessage,
		];
		response.resume();
		t.true([200, 404].includes(response.statusCode ?? 0), path);
	}

	const tooLong = await fetch(`${page.url}/login`, {method: 'POST', body: `user=${'x'.repeat(500_000)}`});
	t.is(tooLong.status, 413);
	t.is((await fetch(`${page.url}/health`)).status, 200);
	const nobody = await textOf(page.url, {cookie: 'user=%3Cscript%3E'});
	t.regex(nobody, /Sign in/);
	t.notRegex(nobody, /<script>/);
});

// Windows knows no signals: there a process is ended the hard way.
if (process.platform !== 'win32') {
	test('a service that is told to stop answers what is under way, then ends', async t => {
		const asked = Promise.withResolvers<http.ServerResponse>();
		const ratings = await startHttpServer(t, (_request, response) => asked.resolve(response));
		const app = await startApp(t, 'bookinfo/reviews.mjs', {VERSION: 'v2', RATINGS_URL: ratings.url});
		const reply = fetch(`${app.url}/reviews/1`);
		const held = await asked.promise;
		app.child.kill('SIGTERM');
		held.end('{"ratings": {}}');
		t.is((await reply).status, 200);
		t.is(await app.exit, 0);
	});
}
