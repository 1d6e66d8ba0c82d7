// The last line of a control plane that could not go on: written by it, read by the command that started it.
import type {Log} from '../../common/log.ts';
import {MeshError} from '../../common/mesh-error.ts';

const message = 'the control plane could not go on';

/** Writes down what ended it. Only defects have a stack that helps anybody. */
export const writeEnd = (log: Log, error: unknown): void =>
	log.write(
		'error',
		message,
		error instanceof MeshError
			? {code: error.code, error: error.message, remedy: error.remedy}
			: {error: String((error as Error | undefined)?.stack ?? error)},
	);

/** Gives the error back that a log ends with; undefined when it ends with something else. */
export const readEnd = (log: string): MeshError | undefined => {
	const line = parse(log.trimEnd().split('\n').at(-1) ?? '');
	return line?.message === message && line.code !== undefined && line.remedy !== undefined
		? new MeshError({code: line.code, message: line.error ?? '', remedy: line.remedy})
		: undefined;
};

interface Line {
	readonly message?: string;
	readonly code?: string;
	readonly error?: string;
	readonly remedy?: string;
}

const parse = (line: string): Line | undefined => {
	try {
		return JSON.parse(line) as Line;
	} catch {
		return undefined;
	}
};
