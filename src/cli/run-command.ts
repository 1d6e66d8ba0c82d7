// Runs one command in this one's place: it has the terminal, and it takes the signals.
import {spawn} from 'node:child_process';
import {constants} from 'node:os';
import process from 'node:process';
import {MeshError} from '../common/mesh-error.ts';
import type {StopSignals} from './stop-signals.ts';

export interface Invocation {
	readonly command: string;
	readonly args: readonly string[];
	/** Laid over the environment of this process. */
	readonly variables: Readonly<Record<string, string>>;
	readonly signals: Pick<StopSignals, 'stop' | 'force'>;
	/** Whether a Ctrl-C comes from a terminal: then it has reached the command already. */
	readonly isAtTerminal: boolean;
}

/** Gives the exit code: the command's own, or 128 and the number of the signal that ended it, or that came before it began. Throws MeshError when there is no such command. */
export const runCommand = async (invocation: Invocation): Promise<number> => {
	const {stop} = invocation.signals;
	return stop.aborted ? codeOf(stop.reason) : runToEnd(invocation);
};

const runToEnd = ({command, args, variables, signals, isAtTerminal}: Invocation): Promise<number> =>
	new Promise((resolve, reject) => {
		const {stop, force} = signals;
		const child = spawn(command, args, {env: {...process.env, ...variables}, stdio: 'inherit'});
		const pass = () => {
			// A terminal sends it to all that run in it; twice is what many take for "at once".
			if (!(isAtTerminal && stop.reason === 'SIGINT')) {
				child.kill(stop.reason);
			}
		};

		const kill = () => child.kill('SIGKILL');
		stop.addEventListener('abort', pass, {once: true});
		force.addEventListener('abort', kill, {once: true});
		const forget = () => {
			stop.removeEventListener('abort', pass);
			force.removeEventListener('abort', kill);
		};

		child.once('error', (cause: NodeJS.ErrnoException) => {
			forget();
			reject(noSuchCommand(command, cause));
		});
		child.once('close', (code, signal) => {
			forget();
			resolve(code ?? (signal ? codeOf(signal) : 0));
		});
	});

/** The exit code of what a signal ended, as shells have it. */
export const codeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

const noSuchCommand = (command: string, cause: NodeJS.ErrnoException): MeshError =>
	new MeshError({
		code: 'DM6026',
		message: `${command} cannot be started: ${cause.code === 'ENOENT' ? 'there is no such program' : cause.message}`,
		remedy: 'Give the command as you would type it: devmesh run -- npm test.',
		cause,
	});
