// Fills in `{{service.url}}` and `{{port}}`.

export const templateParts = ['url', 'host', 'port'] as const;
export type TemplatePart = (typeof templateParts)[number];

/** Gives the text for a placeholder: of a service, or `{{port}}` with an undefined service; undefined when there is none. */
export type TemplateLookup = (service: string | undefined, part: TemplatePart) => string | undefined;

/** Replaces every placeholder that the lookup knows; others stay as they are. */
export const fillTemplate = (text: string, lookup: TemplateLookup): string =>
	text.replace(placeholder, (whole, name: string) => {
		const {service, part} = readPlaceholder(name) ?? {};
		return (part === undefined ? undefined : lookup(service, part)) ?? whole;
	});

/** Gives the placeholders that the lookup does not know, as they stand in the text. */
export const unknownPlaceholders = (text: string, lookup: TemplateLookup): readonly string[] =>
	[...text.matchAll(placeholder)].flatMap(([whole, name = '']) => {
		const {service, part} = readPlaceholder(name) ?? {};
		return part !== undefined && lookup(service, part) !== undefined ? [] : [whole];
	});

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;

const readPlaceholder = (
	name: string,
): {readonly service: string | undefined; readonly part: TemplatePart} | undefined => {
	if (name === 'port') {
		return {service: undefined, part: 'port'};
	}

	const dot = name.lastIndexOf('.');
	const part = templateParts.find(candidate => candidate === name.slice(dot + 1));
	return dot > 0 && part ? {service: name.slice(0, dot), part} : undefined;
};
