// How many stars each reader gave.
import {serve} from './serve.mjs';

const ratings = {1: {Ada: 5, Bruno: 4}};

serve('ratings', (_request, url) => {
	const id = /^\/ratings\/(\d+)$/.exec(url.pathname)?.[1];
	return ratings[id] && {body: {id: Number(id), ratings: ratings[id]}};
});
