// Finds the place of a path in the file.
import type {SourcePlace} from '../model/source-place.ts';
import type {ConfigPath} from './finding.ts';

export type PlaceOf = (path: ConfigPath) => SourcePlace;
