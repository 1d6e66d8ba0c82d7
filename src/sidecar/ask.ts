// Asks the app beside a sidecar once: `node ask.js <bootstrap.json>` exits with 0 when it is ready. For health checks of the engine.
import {readFile} from 'node:fs/promises';
import process from 'node:process';
import {systemClock} from '../common/clock.ts';
import type {StandaloneBootstrap} from '../model/proxy-bootstrap.ts';
import {askApp} from '../runtime/ask-app.ts';
import {appAddresses} from './app-addresses.ts';

const [, , file = ''] = process.argv;
const {app} = JSON.parse(await readFile(file, 'utf8')) as StandaloneBootstrap;
const problem =
	app &&
	(await askApp({
		...app.target,
		addresses: appAddresses(),
		timeoutMs: app.health.timeoutMs,
		clock: systemClock,
	}));
if (problem !== undefined) {
	process.stdout.write(`${problem}\n`);
	process.exitCode = 1;
}
