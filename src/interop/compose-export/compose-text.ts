// How compose wants to have text, spans and paths.
import path from 'node:path';

/** Compose takes `$` for the beginning of a variable. */
export const literal = (text: string): string => text.replaceAll('$', '$$$$');

export const literals = (texts: readonly string[]): readonly string[] => texts.map(literal);

export const literalValues = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
	Object.fromEntries(Object.entries(values).map(([name, value]) => [name, literal(value)]));

/** Such as `5s` or `1500ms`. */
export const duration = (spanMs: number): string =>
	spanMs % 1000 === 0 ? `${spanMs / 1000}s` : `${Math.ceil(spanMs)}ms`;

export interface Folders {
	/** Of the config, absolute. */
	readonly project: string;
	/** That is written, absolute. */
	readonly out: string;
}

/** Gives a path as it is found from the written folder, when it lies in the project, so that both may move together; else as it is. */
export const portablePath = (file: string, {project, out}: Folders): string => {
	if (!isWithin(file, project)) {
		return literal(file);
	}

	const relative = path.relative(out, file).split(path.sep).join('/');
	return literal(relative.startsWith('.') ? relative : `./${relative}`);
};

/** Whether a path is a folder or lies in it. */
export const isWithin = (file: string, folder: string): boolean => {
	const relative = path.relative(folder, file);
	return !path.isAbsolute(relative) && relative !== '..' && !relative.startsWith(`..${path.sep}`);
};

/** The parts of an object that are worth writing: neither undefined, empty nor false. */
export const worthWriting = <Value extends object>(value: Value): Partial<Value> =>
	Object.fromEntries(
		Object.entries(value).filter(
			([, entry]) =>
				entry !== undefined &&
				entry !== false &&
				!(typeof entry === 'object' && entry !== null && Object.keys(entry).length === 0),
		),
	) as Partial<Value>;
