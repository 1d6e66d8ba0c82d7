// Reads conditions on requests as people type them after --match.
import {MeshError} from '../common/mesh-error.ts';
import {wrongUsage} from './print-error.ts';

/** A match in the shape of the config file. */
export interface TypedMatch {
	headers?: Record<string, string>;
	query?: Record<string, string>;
	path?: {prefix: string};
	methods?: string[];
}

/** Puts conditions together; all must hold. Understands `header name=value` (the word may be left out), `query name=value`, `path /prefix` and `method GET`. Throws MeshError. */
export const readRequestMatch = (conditions: readonly string[]): TypedMatch => {
	const match: TypedMatch = {};
	for (const condition of conditions) {
		const [, kind = 'header', rest = ''] = /^(?:(header|query|path|method)\s+)?(.*)$/s.exec(condition.trim()) ?? [];
		switch (kind) {
			case 'path':
				match.path = {prefix: rest.startsWith('/') ? rest : refuse(condition)};
				break;
			case 'method':
				match.methods = [...(match.methods ?? []), rest.toUpperCase()];
				break;
			case 'query':
				match.query = {...match.query, ...readPair(rest, condition)};
				break;
			default:
				match.headers = {...match.headers, ...readPair(rest, condition)};
		}
	}

	return match;
};

const readPair = (text: string, condition: string): Record<string, string> => {
	const [, name, value] = /^([^=\s]+)=(.*)$/s.exec(text) ?? [];
	return name === undefined || value === undefined ? refuse(condition) : {[name]: value};
};

const refuse = (condition: string): never => {
	throw new MeshError({
		code: wrongUsage,
		message: `"${condition}" is no condition on a request`,
		remedy: "Write --match 'header end-user=jason', 'query debug=1', 'path /reviews' or 'method GET'.",
	});
};
