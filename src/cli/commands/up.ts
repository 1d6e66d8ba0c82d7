import process from 'node:process';
import {Flags} from '@oclif/core';
import {createApiClient} from '../../admin/api-client.ts';
import {MeshError} from '../../common/mesh-error.ts';
import {formatDiagnostics} from '../../config/format-diagnostics.ts';
import {readConfig} from '../../config/read-config.ts';
import type {ApiAddress} from '../../model/api.ts';
import type {MeshStatus} from '../../model/mesh-status.ts';
import {fileFlag, MeshCommand, type MeshLocation} from '../mesh-command.ts';
import {createTerminal, hasColors, type Terminal} from '../render/terminal.ts';
import {runningMesh} from '../running-mesh.ts';
import {startControlPlane} from '../start-control-plane.ts';
import {stayAttached} from '../stay-attached.ts';
import {watchStart} from '../watch-start.ts';

export default class Up extends MeshCommand {
	static override summary = 'Bring the mesh up: start what does not run, restart what changed, leave the rest alone.';
	static override description =
		'In the foreground it shows what the services print, and Ctrl-C brings the mesh down. With -d it returns once everything is ready.';
	static override examples = ['<%= config.bin %> up', '<%= config.bin %> up -d', '<%= config.bin %> up -d --json'];
	static override flags = {
		file: fileFlag,
		detach: Flags.boolean({char: 'd', description: 'return once everything is ready; `devmesh down` ends it'}),
	};

	async run(): Promise<MeshStatus | undefined> {
		const {flags} = await this.parse(Up);
		// A result needs an end: with --json, the mesh goes on in the background.
		const isDetached = flags.detach || this.jsonEnabled();
		const location = await this.locate(flags.file);
		const terminal = createTerminal(this.jsonEnabled() ? process.stderr : process.stdout);
		const colors = hasColors(this.jsonEnabled() ? process.stderr : process.stdout);
		const address = await this.#bringUp(location);
		if (!isDetached) {
			const onReady = () => void this.#showUrls(address, terminal, 'Ctrl-C brings the mesh down.');
			await stayAttached({location, address, terminal, colors, onReady});
			return undefined;
		}

		const client = createApiClient(address);
		const end = await watchStart({
			client,
			terminal,
			colors,
			isStaying: false,
			signal: new AbortController().signal,
			onReady: () => {},
		});
		if (end !== 'ready') {
			throw new MeshError({
				code: 'DM6016',
				message:
					end === 'failed'
						? 'not everything became ready; the rest of the mesh runs'
						: 'the mesh went down while it was starting',
				remedy:
					'See `devmesh status` and `devmesh logs`; mend it and save: the mesh takes it at once. `devmesh down` ends it.',
			});
		}

		await this.#showUrls(address, terminal, 'devmesh down brings the mesh down.');
		return client.status();
	}

	/** Starts the control plane, or tells the one that runs to read the file again. */
	async #bringUp(location: MeshLocation): Promise<ApiAddress> {
		const {config, diagnostics} = await readConfig(location.configFile, process.env);
		if (!config) {
			process.stderr.write(formatDiagnostics(diagnostics, {colors: hasColors(process.stderr)}));
			throw new MeshError({
				code: 'DM6017',
				message: `${location.configFile} has mistakes`,
				remedy: 'Mend them, then `devmesh up` again.',
			});
		}

		const running = await runningMesh(location.state);
		if (running) {
			await createApiClient(running).reload();
			return running;
		}

		return startControlPlane(location);
	}

	async #showUrls(address: ApiAddress, terminal: Terminal, hint: string): Promise<void> {
		const {urls, name} = await createApiClient(address).status();
		terminal.line('');
		terminal.line(`${name} is ready.`);
		for (const {url, insteadOf} of urls) {
			terminal.line(`  ${url}${insteadOf === undefined ? '' : `  (port ${insteadOf} is taken)`}`);
		}

		terminal.line(hint);
	}
}
