// Brings what a container prints into a log file, so that the logs of processes and containers are read in one way.
import {createWriteStream} from 'node:fs';
import {rename, stat} from 'node:fs/promises';
import {PassThrough} from 'node:stream';
import {finished} from 'node:stream/promises';
import type Dockerode from 'dockerode';

export interface LogFollower {
	/** Where the lines of this start begin, in bytes. */
	readonly start: number;
	/** Resolves when the last line is written. */
	readonly done: Promise<void>;
	readonly close: () => void;
}

// One older file is kept beside it.
const longestLog = 10 * 1024 * 1024;

export interface FollowOptions {
	readonly tty: boolean;
	/** ISO. Default: from the beginning. */
	readonly since?: string;
	/** Told of every piece of what is printed. */
	readonly onPiece?: (piece: Buffer) => void;
}

/** Follows what is printed. The container may be yet to start. */
export const followLog = async (
	container: Dockerode.Container,
	file: string,
	{tty, since, onPiece}: FollowOptions,
): Promise<LogFollower> => {
	const {size} = (await stat(file).catch(() => undefined)) ?? {size: 0};
	const isLong = size > longestLog;
	if (isLong) {
		await rename(file, `${file}.1`);
	}

	const stream = (await container.logs({
		follow: true,
		stdout: true,
		stderr: true,
		...(since !== undefined && {since: Date.parse(since) / 1000}),
	})) as unknown as NodeJS.ReadableStream & {destroy: () => void};
	const target = createWriteStream(file, {flags: 'a', mode: 0o600});
	if (tty) {
		stream.pipe(target);
	} else {
		const both = new PassThrough();
		if (onPiece) {
			both.on('data', onPiece);
		}

		both.pipe(target);
		container.modem.demuxStream(stream, both, both);
		stream.once('end', () => both.end());
		stream.once('close', () => both.end());
	}

	// The engine went away: what it knows is lost with it.
	stream.once('error', () => target.end());
	return {
		start: isLong ? 0 : size,
		done: finished(target).catch(() => {}),
		close: () => {
			stream.destroy();
			target.end();
		},
	};
};
