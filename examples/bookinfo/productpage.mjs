// The front: gathers a book's details and reviews, as a page for people and as JSON for programs.
import {call} from './call.mjs';
import {renderPage} from './page.mjs';
import {serve} from './serve.mjs';

const book = {
	id: 1,
	title: 'The Time Machine',
	summary:
		'A scientist builds a machine of nickel, ivory and crystal, sits down in it, and travels to the year 802,701. What he tells over dinner a week later is the story.',
};

serve('productpage', async (request, url) => {
	const path = url.pathname.replace(/(.)\/$/, '$1');
	switch (`${request.method} ${path}`) {
		case 'GET /':
		case 'GET /productpage': {
			const user = userOf(request);
			return html(renderPage({book, user, ...(await gather(request, user))}));
		}

		case 'GET /api/v1/products':
			return {body: [book]};
		case 'GET /api/v1/products/1': {
			const {details, reviews} = await gather(request, userOf(request));
			return {
				body: {
					...book,
					details: details.data ?? {error: details.error},
					reviews: reviews.data ?? {error: reviews.error},
				},
			};
		}

		case 'POST /login': {
			const form = await readText(request, 1000);
			if (form === undefined) {
				return {status: 413, body: {error: 'the form is too long'}};
			}

			const name = new URLSearchParams(form).get('user')?.trim() ?? '';
			return goHome(name ? `${encodeURIComponent(name)}; Max-Age=86400` : '; Max-Age=0');
		}

		case 'POST /logout':
			return goHome('; Max-Age=0');
		default:
			return undefined;
	}
});

/** Both at once; either may fail without taking the page along. */
const gather = async (request, user) => {
	const as = user ? {'end-user': user} : {};
	const [details, reviews] = await Promise.all([
		call('details', `/details/${book.id}`, request, as),
		call('reviews', `/reviews/${book.id}`, request, as),
	]);
	return {details, reviews};
};

// A lesson in routing, not in security: whoever says that he is jason is believed.
const userOf = request => {
	const cookie = /(?:^|;\s*)user=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
	const name = cookie ? decode(cookie) : request.headers['end-user'];
	return /^[\w.@-]{1,40}$/.test(name ?? '') ? name : undefined;
};

const decode = text => {
	try {
		return decodeURIComponent(text);
	} catch {
		return undefined;
	}
};

const html = body => ({body, headers: {'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store'}});

const goHome = cookie => ({
	status: 303,
	headers: {location: '/', 'set-cookie': `user=${cookie}; Path=/; HttpOnly; SameSite=Lax`},
	body: '',
});

/** Reads to the end, so that the answer arrives; keeps no more than asked for. */
const readText = async (request, limit) => {
	let text = '';
	for await (const chunk of request) {
		text = (text + chunk).slice(0, limit + 1);
	}

	return text.length > limit ? undefined : text;
};
