// Tells an error to a person or to a program; never a stack, unless it is asked for.
import process from 'node:process';
import {MeshError} from '../common/mesh-error.ts';

/** Code of every way of calling a command wrongly. */
export const wrongUsage = 'DM6014';

/** Writes code, message and remedy: as text to standard error, as JSON to standard output. Returns the exit code: 2 for wrong usage, else 1. */
export const printError = (error: unknown, {isJson}: {readonly isJson: boolean}): number => {
	const {code, message, remedy} = asMeshError(error);
	if (isJson) {
		process.stdout.write(`${JSON.stringify({error: {code, message, remedy}}, null, 2)}\n`);
	} else {
		process.stderr.write(`${code}  ${message}\n  ${remedy}\n`);
	}

	if (process.env['DEVMESH_DEBUG'] && error instanceof Error) {
		process.stderr.write(`${error.stack}\n${error.cause instanceof Error ? `caused by ${error.cause.stack}\n` : ''}`);
	}

	return code === wrongUsage ? 2 : 1;
};

const asMeshError = (error: unknown): MeshError => {
	if (error instanceof MeshError) {
		return error;
	}

	return isSystemError(error)
		? new MeshError({
				code: 'DM6021',
				message: `the system refused: ${error.message}`,
				remedy: 'Look at the path and its permissions, and whether the disk is full.',
			})
		: new MeshError({
				code: 'DM6020',
				message: `devmesh itself failed: ${error instanceof Error ? error.message : String(error)}`,
				remedy: 'This is a defect; with DEVMESH_DEBUG=1 the same command shows where.',
			});
};

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
	error instanceof Error && 'syscall' in error && 'code' in error;
