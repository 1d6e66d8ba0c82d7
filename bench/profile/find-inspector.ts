// Opens the inspector of a devmesh proxy process that was started with `--inspect-port=0`.
import {readFile, readlink} from 'node:fs/promises';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Scope} from '../scope.ts';

/** For NODE_OPTIONS: any free port of loopback, opened only by SIGUSR1. */
export const inspectable = '--inspect-port=127.0.0.1:0';

/** Gives the address of the inspector. Throws when there is none within some seconds. */
export const openInspector = async (scope: Scope, pid: number): Promise<string> => {
	const log = await readlink(`/proc/${pid}/fd/2`);
	process.kill(pid, 'SIGUSR1');
	for (let i = 0; i < 250; i++) {
		const url = /Debugger listening on (ws:\S+)/.exec(await readFile(log, 'utf8'))?.[1];
		if (url) {
			return url;
		}

		await sleep(20, undefined, {signal: scope.signal});
	}

	throw new Error(`process ${pid} opened no inspector; its log is ${log}`);
};
