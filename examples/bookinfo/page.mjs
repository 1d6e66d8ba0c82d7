// The page. No script, no file beside it: what you see is what the services said.

/** Renders the page of a book; `details` and `reviews` are `{data}` or `{error}`. */
export const renderPage = ({book, user, details, reviews}) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><path fill='%23c2632f' d='M3 2h9a1 1 0 0 1 1 1v11H4a2 2 0 0 1-2-2V3a1 1 0 0 1 1-1z'/></svg>">
<title>${escapeHtml(book.title)} · Bookinfo</title>
<style>${style}</style>
</head>
<body>
<header>
	<a class="brand" href="/">Bookinfo</a>
	${renderUser(user)}
</header>
<main>
	<section class="book">
		${cover(book)}
		<div>
			<h1>${escapeHtml(book.title)}</h1>
			<p class="summary">${escapeHtml(book.summary)}</p>
			${details.error ? renderError('Details', details.error) : renderDetails(details.data)}
		</div>
	</section>
	<section class="reviews" aria-labelledby="reviews">
		<h2 id="reviews">Readers say</h2>
		${reviews.error ? renderError('Reviews', reviews.error) : renderReviews(reviews.data)}
	</section>
</main>
<footer>Each part comes from a service of its own. Reload to ask again; the routes decide who answers.</footer>
</body>
</html>
`;

const renderUser = user =>
	user
		? `<form method="post" action="/logout"><span>Signed in as <strong>${escapeHtml(user)}</strong></span><button>Sign out</button></form>`
		: `<form method="post" action="/login"><label>Name <input name="user" value="jason" size="10" maxlength="40" required pattern="[\\w.@\\-]+" autocomplete="off"></label><button>Sign in</button></form>`;

const renderDetails = details =>
	`<dl>${Object.entries(details)
		.filter(([name]) => name !== 'id')
		.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`)
		.join('')}</dl>`;

const renderReviews = ({version, process, ratingsError, reviews}) => `
		<p class="answered">answered by <strong class="version ${escapeHtml(version)}">reviews ${escapeHtml(version)}</strong> <span>process ${escapeHtml(process)}</span></p>
		${ratingsError ? renderError('Ratings', ratingsError) : ''}
		${reviews.map(renderReview).join('\n')}`;

const renderReview = ({reader, text, rating}) => `<blockquote>
			<p>${escapeHtml(text)}</p>
			<cite>${escapeHtml(reader)}</cite>${rating ? renderStars(rating) : ''}
		</blockquote>`;

const renderStars = ({stars, color}) =>
	`<span class="stars ${escapeHtml(color)}" role="img" aria-label="${escapeHtml(stars)} of 5 stars">${'★'.repeat(stars)}<i>${'★'.repeat(5 - stars)}</i></span>`;

const renderError = (what, {status, message}) => `<div class="error" role="alert">
			<strong>${escapeHtml(what)} ${status ? `answered ${escapeHtml(status)}` : 'cannot be reached'}</strong>
			<code>${escapeHtml(message)}</code>
		</div>`;

const cover = ({
	title,
}) => `<svg class="cover" viewBox="0 0 120 170" role="img" aria-label="Cover of ${escapeHtml(title)}">
			<rect width="120" height="170" rx="4" fill="var(--cover)"/><rect x="7" width="1.5" height="170" fill="#0003"/>
			<g fill="none" stroke="var(--gold)" stroke-width="1.6"><circle cx="62" cy="88" r="34"/><circle cx="62" cy="88" r="29" stroke-dasharray="1.5 7.6" stroke-width="4"/><path d="M62 88V66M62 88l14 10" stroke-width="2.4" stroke-linecap="round"/></g>
			<g fill="var(--gold)" font-family="Georgia, serif" text-anchor="middle"><text x="62" y="30" font-size="11">The Time</text><text x="62" y="43" font-size="11">Machine</text><text x="62" y="152" font-size="8">H. G. Wells</text></g>
		</svg>`;

const entities = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'};

const escapeHtml = value => String(value).replace(/[&<>"']/g, character => entities[character]);

const style = `
:root { --paper: #faf7f2; --card: #fff; --ink: #26211b; --soft: #70665a; --line: #e6ded2; --accent: #a84f20; --cover: #1f3a4d; --gold: #e3b866; --star: #26211b; --bad: #a3231b; --bad-paper: #fdeeec; }
@media (prefers-color-scheme: dark) {
	:root { --paper: #191714; --card: #22201c; --ink: #ece5da; --soft: #a89e90; --line: #383329; --accent: #e9955f; --cover: #17303f; --gold: #dcb260; --star: #ece5da; --bad: #ff9d92; --bad-paper: #36201d; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 54rem; padding: 0 1.25rem; background: var(--paper); color: var(--ink); font: 1rem/1.6 ui-serif, Georgia, "Times New Roman", serif; }
header { display: flex; flex-wrap: wrap; gap: .75rem; justify-content: space-between; align-items: center; padding: 1.1rem 0; border-bottom: 1px solid var(--line); }
header, dl, footer, .answered, .error, cite { font-family: ui-sans-serif, system-ui, sans-serif; }
.brand { color: var(--accent); font-weight: 700; letter-spacing: .02em; text-decoration: none; }
form { display: flex; gap: .6rem; align-items: center; font-size: .9rem; color: var(--soft); }
input, button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: .45rem; padding: .3rem .65rem; }
button { cursor: pointer; }
button:hover { border-color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.book { display: grid; grid-template-columns: 11rem 1fr; gap: 2.25rem; padding: 2.5rem 0 2rem; }
.cover { width: 100%; filter: drop-shadow(0 10px 18px #0003); }
h1 { margin: 0 0 .6rem; font-size: 2.4rem; line-height: 1.15; }
h2 { margin: 0; font-size: 1.4rem; }
.summary { margin: 0 0 1.4rem; font-size: 1.1rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .9rem; margin: 0; font-size: .95rem; }
dt { color: var(--soft); font-size: .78rem; text-transform: capitalize; }
dd { margin: 0; }
.reviews { padding: 1.75rem 0; border-top: 1px solid var(--line); display: grid; grid-template-columns: repeat(2, 1fr); gap: 1.1rem; }
.reviews > h2, .answered { align-self: center; }
.answered { margin: 0; text-align: right; font-size: .88rem; color: var(--soft); }
.version { padding: .15rem .6rem; border: 1px solid currentColor; border-radius: 1rem; color: var(--ink); }
.version.v3 { color: #c8372d; }
.version.v1 { color: var(--soft); }
.reviews > .error { grid-column: 1 / -1; }
blockquote { margin: 0; padding: 1.2rem 1.35rem; background: var(--card); border: 1px solid var(--line); border-radius: .7rem; }
blockquote p { margin: 0 0 .8rem; font-size: 1.06rem; }
cite { font-style: normal; font-size: .9rem; color: var(--soft); }
.stars { float: right; letter-spacing: .1em; color: var(--star); }
.stars.red { color: #d8402f; }
.stars i { opacity: .2; font-style: normal; }
.error { padding: .9rem 1.1rem; border-left: 4px solid var(--bad); border-radius: .35rem; background: var(--bad-paper); font-size: .92rem; }
.error strong { display: block; color: var(--bad); }
.error code { overflow-wrap: anywhere; white-space: pre-wrap; }
footer { padding: 1.25rem 0 2.5rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .85rem; }
@media (max-width: 40rem) { .book { grid-template-columns: 1fr; } .cover { max-width: 9rem; } .reviews { grid-template-columns: 1fr; } .answered { text-align: left; } }
`;
