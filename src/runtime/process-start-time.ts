// Tells processes apart that had the same number one after the other.
import {execFile} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import process from 'node:process';
import {promisify} from 'node:util';

const run = promisify(execFile);

/** Gives a text that stays the same as long as the process lives; undefined when there is none of that number, or only what is left of it. */
export const processStartTime = async (pid: number): Promise<string | undefined> => {
	switch (process.platform) {
		case 'linux':
			return fromProc(pid);
		case 'win32':
			return fromPowerShell(pid);
		default:
			return fromPs(pid);
	}
};

/** Gives what stands for the start of a process that had ended before it was looked at: no living one ever has it. */
export const startTimeOfEnded = async (): Promise<string> =>
	process.platform === 'linux' ? `${await bootId()} ended` : 'ended';

/** Tells whether a start time was noted since the machine was started. Linux only; elsewhere always true. */
export const isOfThisBoot = async (startTime: string): Promise<boolean> =>
	process.platform !== 'linux' || startTime.startsWith(`${await bootId()} `);

const bootId = async (): Promise<string> =>
	(await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();

/** Reads /proc/<pid>/stat: field 3 is the state, 5 the process group, 22 the start in ticks since boot (proc(5)). */
export const readProcStat = async (
	pid: number,
): Promise<{readonly state: string; readonly group: number; readonly startedAt: string} | undefined> => {
	try {
		const text = await readFile(`/proc/${pid}/stat`, 'utf8');
		// The name before may hold spaces and parentheses.
		const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
		return {state: fields[0] ?? '', group: Number(fields[2]), startedAt: fields[19] ?? ''};
	} catch {
		return undefined;
	}
};

const fromProc = async (pid: number): Promise<string | undefined> => {
	const stat = await readProcStat(pid);
	if (!stat || stat.state === 'Z' || stat.state === 'X') {
		return undefined;
	}

	return `${await bootId()} ${stat.startedAt}`;
};

const fromPs = async (pid: number): Promise<string | undefined> => {
	const {stdout} = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]).catch(() => ({stdout: ''}));
	const [, state = '', started] = /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout) ?? [];
	return state.startsWith('Z') ? undefined : started;
};

const fromPowerShell = async (pid: number): Promise<string | undefined> => {
	const command = `(Get-Process -Id ${pid} -ErrorAction SilentlyContinue).StartTime.Ticks`;
	const {stdout} = await run('powershell.exe', ['-NoProfile', '-Command', command]).catch(() => ({stdout: ''}));
	return stdout.trim() || undefined;
};
