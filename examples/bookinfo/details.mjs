// The facts about a book.
import {serve} from './serve.mjs';

const books = {
	1: {
		id: 1,
		author: 'H. G. Wells',
		published: 1895,
		publisher: 'William Heinemann',
		place: 'London',
		language: 'English',
		kind: 'Novel',
	},
};

serve('details', (_request, url) => {
	const book = books[/^\/details\/(\d+)$/.exec(url.pathname)?.[1]];
	return book && {body: book};
});
