// A process runtime in a folder of its own, for tests.
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type {ExecutionContext} from 'ava';
import {type Clock, systemClock} from '../../src/common/clock.ts';
import {silentLog} from '../../src/common/log.ts';
import {ms} from '../../src/common/units.ts';
import type {DesiredInstance} from '../../src/model/desired-state.ts';
import type {InstanceState} from '../../src/model/observed-state.ts';
import {createProcessRuntime} from '../../src/runtime/process-runtime.ts';
import type {Runtime, RuntimeEvent} from '../../src/runtime/runtime.ts';

type InstanceEvent = Extract<RuntimeEvent, {kind: 'instance'}>;

export interface TestRuntime {
	readonly runtime: Runtime;
	readonly folder: string;
	readonly events: readonly InstanceEvent[];
	/** Resolves with the next event, from now on, of an instance in this state. */
	readonly next: (id: string, state: InstanceState) => Promise<InstanceEvent>;
}

/** Creates a runtime over a folder; everything that it started is stopped when the test ends. */
export const createTestRuntime = async (
	t: ExecutionContext,
	existing?: string,
	clock: Clock = systemClock,
): Promise<TestRuntime> => {
	const folder = existing ?? (await mkdtemp(path.join(tmpdir(), 'devmesh-runtime-')));
	const runtime = createProcessRuntime({
		files: {processes: path.join(folder, 'processes.json'), logs: path.join(folder, 'logs')},
		clock,
		log: silentLog,
		environment: process.env,
		proxyProgram: '',
	});
	const events: InstanceEvent[] = [];
	const waiting = new Set<(event: InstanceEvent) => void>();
	runtime.on(event => {
		if (event.kind === 'instance') {
			events.push(event);
			for (const listener of [...waiting]) {
				listener(event);
			}
		}
	});
	t.teardown(async () => {
		await Promise.all(runtime.observe().instances.map(({id}) => runtime.stop(id)));
		await runtime.detach();
		await rm(folder, {recursive: true, force: true});
	});
	await runtime.adopt();
	return {
		runtime,
		folder,
		events,
		next: (id, state) =>
			new Promise(resolve => {
				const listener = (event: InstanceEvent) => {
					if (event.id === id && event.state === state) {
						waiting.delete(listener);
						resolve(event);
					}
				};

				waiting.add(listener);
			}),
	};
};

/** An instance that runs a piece of JavaScript. */
export const program = (id: string, code: string, parts: Partial<DesiredInstance> = {}): DesiredInstance => ({
	id,
	service: id.replace(/-\d+$/, ''),
	version: 'default',
	command: [process.execPath, '-e', code],
	workdir: tmpdir(),
	env: {DEVMESH_INSTANCE: id},
	appPort: 0,
	job: false,
	restart: 'always',
	stopGraceMs: ms(2000),
	dependsOn: [],
	digest: id,
	...parts,
});

/** A server that listens at the port. */
export const server = (id: string, port: number, parts: Partial<DesiredInstance> = {}): DesiredInstance =>
	program(id, `require('http').createServer((q,r)=>r.end('ok')).listen(${port},'127.0.0.1')`, {
		appPort: port,
		...parts,
	});
