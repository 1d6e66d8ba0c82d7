// The program that owns a pod's network namespace: `node pause.js` sets its packet rules, gives up its privileges and sleeps.
// `node pause.js --add '<json>'`, run beside it as root, adds ports to the rules.
import process from 'node:process';
import {systemClock} from '../common/clock.ts';
import {ms} from '../common/units.ts';
import {addedRules, podRules} from '../runtime/docker/pod-rules.ts';
import type {PodAddition} from '../runtime/docker/pod-settings.ts';
import {dropPrivileges} from './drop-privileges.ts';
import {applyPacketRules} from './packet-rules.ts';
import {readPodSettings} from './settings.ts';

const day = ms(24 * 60 * 60 * 1000);

const run = async (): Promise<void> => {
	const settings = readPodSettings();
	applyPacketRules(podRules(settings));
	dropPrivileges(settings.user);
	process.stdout.write('{"pause":"ready"}\n');
	for (;;) {
		await systemClock.sleep(day);
	}
};

// First of all: the kernel keeps from process 1 every signal that it has not asked for.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
	process.once(signal, () => process.exit(0));
}

try {
	const [, , argument, addition] = process.argv;
	if (argument === '--add') {
		applyPacketRules(addedRules(JSON.parse(addition ?? '') as PodAddition));
	} else {
		await run();
	}
} catch (error) {
	process.stderr.write(`${(error as Error).message}\n`);
	process.exitCode = 1;
}
