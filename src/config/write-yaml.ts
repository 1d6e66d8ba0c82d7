// Writes YAML for the programs of others.
import {stringify} from 'yaml';

/** Quotes whatever older readers of YAML (1.1) would take for a number, a time or a truth. Long lines stay whole. */
export const writeYaml = (value: unknown): string =>
	stringify(value, {version: '1.1', lineWidth: 0, aliasDuplicateObjects: false});
