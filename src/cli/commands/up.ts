import process from 'node:process';
import {Flags} from '@oclif/core';
import {createApiClient} from '../../admin/api-client.ts';
import {MeshError} from '../../common/mesh-error.ts';
import {runtimeVariable} from '../../config/control-variables.ts';
import {formatDiagnostics} from '../../config/format-diagnostics.ts';
import {readConfig} from '../../config/read-config.ts';
import {readCompose} from '../../interop/compose/create-compose-reader.ts';
import {keepChosenRuntime, readChosenRuntime} from '../../mesh/chosen-runtime.ts';
import {isRunning, runningMesh} from '../../mesh/launch/running-mesh.ts';
import type {MeshLocation} from '../../mesh/launch/start-control-plane.ts';
import {startControlPlane} from '../../mesh/launch/start-control-plane.ts';
import {notReady, watchStart} from '../../mesh/launch/watch-start.ts';
import {markStart} from '../../mesh/start-mark.ts';
import {createStateFolder} from '../../mesh/state-folder.ts';
import type {ApiAddress} from '../../model/api.ts';
import type {RuntimeChoice} from '../../model/mesh-config.ts';
import type {MeshStatus} from '../../model/mesh-status.ts';
import {fileFlag, MeshCommand, runtimeFlag} from '../mesh-command.ts';
import {createEventDisplay} from '../render/event-display.ts';
import {formatReady} from '../render/format-ready.ts';
import {createTerminal, hasColors, type Terminal} from '../render/terminal.ts';
import {stayAttached} from '../stay-attached.ts';
import {onStopSignals} from '../stop-signals.ts';

interface UpOptions {
	readonly runtime?: string | undefined;
	readonly build: boolean;
	readonly terminal: Terminal;
}

interface BroughtUp {
	readonly address: ApiAddress;
	readonly isFresh: boolean;
}

export default class Up extends MeshCommand {
	static override summary = 'Bring the mesh up: start what does not run, restart what changed, leave the rest alone.';
	static override description =
		'In the foreground it shows what the services print; Ctrl-C brings the mesh down, a second one kills what takes its time. With -d, or --json, it returns once everything is ready, and fails when something does not become so.';
	static override examples = [
		'<%= config.bin %> up',
		'<%= config.bin %> up -d',
		'<%= config.bin %> up -f other/mesh.config.yaml',
		'<%= config.bin %> up -d --build',
		'<%= config.bin %> up -d --json',
	];
	static override flags = {
		file: fileFlag,
		runtime: runtimeFlag,
		build: Flags.boolean({
			description: 'build images anew, and restart those services alone whose image has become another one',
		}),
		detach: Flags.boolean({char: 'd', description: 'return once everything is ready; `devmesh down` ends it'}),
	};

	async run(): Promise<MeshStatus | undefined> {
		const {flags} = await this.parse(Up);
		const location = await this.locate(flags.file);
		const screen = this.jsonEnabled() ? process.stderr : process.stdout;
		const terminal = createTerminal(screen);
		const colors = hasColors(screen);
		// A result needs an end: with --json, the mesh goes on in the background.
		const isStaying = !flags.detach && !this.jsonEnabled();
		// From the beginning: a Ctrl-C while the control plane starts must not leave it behind.
		const signals = isStaying
			? onStopSignals(() => terminal.line('stopping … (Ctrl-C again kills what is left)'))
			: undefined;
		const {address, isFresh} = await this.#bringUp(location, {...flags, terminal});
		const showUrls = async (current: ApiAddress, hint: string): Promise<void> => {
			for (const line of formatReady(await createApiClient(current).status(), hint)) {
				terminal.line(line);
			}
		};

		if (signals) {
			const onReady = (current: ApiAddress) => showUrls(current, 'Ctrl-C brings the mesh down.');
			await stayAttached({location, address, isFresh, terminal, colors, signals, onReady});
			return undefined;
		}

		const client = createApiClient(address);
		const end = await watchStart({client, display: createEventDisplay({terminal, colors})});
		if (end.kind !== 'ready') {
			throw notReady(end);
		}

		await showUrls(address, '`devmesh down` brings the mesh down.');
		return client.status();
	}

	/** Seen by `devmesh down` from here on, however long it takes until there is a control plane. */
	async #bringUp(location: MeshLocation, {runtime, build, terminal}: UpOptions): Promise<BroughtUp> {
		const unmark = await markStart(location.state, process.pid);
		try {
			await chooseRuntime(location, runtime as RuntimeChoice | undefined);
			return await this.#startOrReload(location, build, terminal);
		} finally {
			await unmark();
		}
	}

	/** Starts the control plane, or tells the one that runs to read the file again. */
	async #startOrReload(location: MeshLocation, build: boolean, terminal: Terminal): Promise<BroughtUp> {
		const {config, diagnostics} = await readConfig(location.configFile, process.env, readCompose);
		if (!config) {
			process.stderr.write(formatDiagnostics(diagnostics, {colors: hasColors(process.stderr)}));
			throw new MeshError({
				code: 'DM6017',
				message: `${location.configFile} has mistakes`,
				remedy: 'Mend them, then `devmesh up` again.',
			});
		}

		const running = await runningMesh(location.state);
		if (!running) {
			// Until it answers there is nothing else to show.
			terminal.block(['◌ control plane  starting']);
			return {address: await startControlPlane(location), isFresh: true};
		}

		try {
			await reload(running, build, terminal);
			return {address: running, isFresh: false};
		} catch (error) {
			// It ended just now.
			if (await isRunning(running)) {
				throw error;
			}

			return {address: await startControlPlane(location), isFresh: false};
		}
	}
}

/** As it was told, else as the mesh that is up was told: the control plane inherits it, and every reading of the config heeds it. */
const chooseRuntime = async ({state}: MeshLocation, told: RuntimeChoice | undefined): Promise<void> => {
	const known = await readChosenRuntime(state);
	if (told !== undefined && known !== told && (await runningMesh(state))) {
		throw new MeshError({
			code: 'DM6023',
			message: `the mesh runs already, ${known === undefined ? 'where its config says' : `with --runtime ${known}`}, and does not move while it runs`,
			remedy: '`devmesh down` first.',
		});
	}

	const runtime = told ?? known;
	if (runtime !== undefined) {
		process.env[runtimeVariable] = runtime;
		await createStateFolder(state);
		await keepChosenRuntime(state, runtime);
	}
};

const reload = async (address: ApiAddress, build: boolean, terminal: Terminal): Promise<void> => {
	const client = createApiClient(address);
	terminal.line('the mesh is running already; bringing it up to date');
	const {lines} = await client.plan();
	for (const line of lines) {
		terminal.line(`  ${line}`);
	}

	const {accepted, revision, failures = []} = await client.reload({build});
	const [failure] = failures;
	if (failure) {
		throw new MeshError(failure);
	}

	if (!accepted) {
		throw new MeshError({
			code: 'DM6022',
			message: `not every sidecar has taken revision ${revision}; those that have not go on by their last one`,
			remedy: '`devmesh status` says which, and why.',
		});
	}
};
