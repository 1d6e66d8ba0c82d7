// Lets a command go on when whoever read its output is gone.
import process from 'node:process';

/**
 * Takes errors of the standard streams for what they are: nobody listens any more. A terminal that was closed gives EIO, a pipe EPIPE;
 * left alone, the former would end `up` before it has brought the mesh down.
 */
export const outliveTerminal = (): void => {
	for (const stream of [process.stdout, process.stderr]) {
		// oclif's own listener throws on all but EPIPE.
		stream.removeAllListeners('error');
		stream.on('error', () => {});
	}
};
