// What readers wrote. v1 shows no stars; v2 asks ratings and shows black stars; v3 shows red ones.
import process from 'node:process';
import {call} from './call.mjs';
import {serve} from './serve.mjs';

const version = process.env.VERSION ?? 'v1';
const color = {v2: 'black', v3: 'red'}[version];

const reviews = {
	1: [
		{reader: 'Ada', text: 'I meant to read one chapter before bed and came back eight hundred thousand years later.'},
		{reader: 'Bruno', text: 'The dinner guests never quite believe the host. By the last page I did.'},
	],
};

serve(`reviews ${version}`, async (request, url) => {
	const id = /^\/reviews\/(\d+)$/.exec(url.pathname)?.[1];
	if (!reviews[id]) {
		return undefined;
	}

	// Without ratings the reviews are still worth reading: the reply says what went wrong, and succeeds.
	const {data, error} = color ? await call('ratings', `/ratings/${id}`, request) : {};
	return {
		body: {
			id: Number(id),
			version,
			process: process.pid,
			...(error && {ratingsError: error}),
			reviews: reviews[id].map(review => {
				const stars = data?.ratings[review.reader];
				return stars ? {...review, rating: {stars, color}} : review;
			}),
		},
	};
});
