// Gives up root for good, and looks whether nothing of it is left.
import {readdirSync, readFileSync} from 'node:fs';
import process from 'node:process';

/** Becomes the user and the group with this number. Throws when a thread still has a capability. */
export const dropPrivileges = (user: number): void => {
	process.setgroups?.([]);
	process.setgid?.(user);
	process.setuid?.(user);
	const left = readdirSync('/proc/self/task').flatMap(thread =>
		readFileSync(`/proc/self/task/${thread}/status`, 'utf8')
			.split('\n')
			.filter(line => /^Cap(?:Prm|Eff|Amb):/.test(line) && !/:\s*0+$/.test(line)),
	);
	if (left.length > 0) {
		throw new Error(`the pod could not give up its privileges as user ${user}: ${left[0]?.replace(/\s+/, ' ')}`);
	}
};
