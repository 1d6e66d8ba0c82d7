// Turns what was found at a path of a file into what people are shown.
import type {Diagnostic} from '../model/diagnostic.ts';
import type {ConfigPath, Finding} from './finding.ts';
import type {ParsedYaml} from './parse-yaml.ts';
import type {PlacedParts, PlaceRange} from './place-finding.ts';
import {partOfRange} from './range-of-path.ts';

export interface PlaceTools {
	readonly yaml: Pick<ParsedYaml, 'rangeOf'>;
	readonly text: string;
	readonly placeRange: PlaceRange;
}

/** Gives the place of a path of the file, or of a part of its value. */
export const placePath = (
	{yaml, text, placeRange}: PlaceTools,
	path: ConfigPath,
	at: 'key' | 'value',
	within?: string,
): PlacedParts => {
	const range = yaml.rangeOf(path, at);
	return placeRange(within === undefined ? range : partOfRange(text, range, within));
};

/** Gives the diagnostic of a finding. */
export const placeFinding = (
	{code, severity = 'error', finding, remedy, path, at = 'value', within}: Finding,
	tools: PlaceTools,
): Diagnostic => ({code, severity, finding, remedy, ...placePath(tools, path, at, within)});
