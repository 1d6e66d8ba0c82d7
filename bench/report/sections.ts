// The file of results: a head, and a section for each part.
const heading = (title: string): string => `## ${title}`;

/** Puts sections in the place of those with their titles, in the order of `titles`; sections of other titles are left out. Text before the first heading is the head. */
export const replaceSections = (
	text: string,
	head: string,
	titles: readonly string[],
	bodies: ReadonlyMap<string, string>,
): string => {
	const known = readSections(text);
	const sections = titles.flatMap(title => {
		const body = bodies.get(title) ?? known.get(title);
		return body === undefined ? [] : [`${heading(title)}\n\n${body.trim()}`];
	});
	return `${[head.trim(), ...sections].join('\n\n')}\n`;
};

const readSections = (text: string): ReadonlyMap<string, string> =>
	new Map(
		text
			.split(/^(?=## )/m)
			.filter(part => part.startsWith('## '))
			.map(part => {
				const end = part.indexOf('\n');
				return [part.slice(3, end === -1 ? undefined : end).trim(), end === -1 ? '' : part.slice(end)];
			}),
	);
