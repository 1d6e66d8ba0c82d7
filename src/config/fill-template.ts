// Fills in `{{service.url}}` and `{{port}}`.

export const templateParts = ['url', 'host', 'port'] as const;
export type TemplatePart = (typeof templateParts)[number];

export interface Placeholder {
	/** Undefined for `{{port}}`: what the app itself listens at. */
	readonly service: string | undefined;
	/** Another port of it, as in `{{service:9000.url}}` and `{{port:9000}}`. */
	readonly at: number | undefined;
	readonly part: TemplatePart;
}

/** Gives the text for a placeholder; undefined when there is none. */
export type TemplateLookup = (placeholder: Placeholder) => string | undefined;

/** Replaces every placeholder that the lookup knows; others stay as they are. */
export const fillTemplate = (text: string, lookup: TemplateLookup): string =>
	text.replace(pattern, (whole, name: string) => {
		const placeholder = readPlaceholder(name);
		return (placeholder && lookup(placeholder)) ?? whole;
	});

export interface UnknownPlaceholder {
	/** As it stands in the text. */
	readonly whole: string;
	/** Undefined for what only looks like one. */
	readonly placeholder: Placeholder | undefined;
}

/** Gives the placeholders that the lookup does not know. */
export const unknownPlaceholders = (text: string, lookup: TemplateLookup): readonly UnknownPlaceholder[] =>
	[...text.matchAll(pattern)].flatMap(([whole, name = '']) => {
		const placeholder = readPlaceholder(name);
		return placeholder && lookup(placeholder) !== undefined ? [] : [{whole, placeholder}];
	});

const pattern = /\{\{\s*([^{}]*?)\s*\}\}/g;

const readPlaceholder = (name: string): Placeholder | undefined => {
	const [, own] = /^port(?::([1-9]\d{0,4}))?$/.exec(name) ?? [];
	if (own !== undefined || name === 'port') {
		return {service: undefined, at: numberOf(own), part: 'port'};
	}

	const [, service, at, written] = /^(.+?)(?::([1-9]\d{0,4}))?\.([a-z]+)$/.exec(name) ?? [];
	const part = templateParts.find(candidate => candidate === written);
	return service !== undefined && part ? {service, at: numberOf(at), part} : undefined;
};

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
