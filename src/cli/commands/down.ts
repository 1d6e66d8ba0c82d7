import process from 'node:process';
import {Flags} from '@oclif/core';
import {engineEnvironment, removeNamedVolumes} from '../../mesh/left-in-engine.ts';
import {bringDown} from '../bring-down.ts';
import {fileFlag, MeshCommand} from '../mesh-command.ts';
import {createEventDisplay} from '../render/event-display.ts';
import {createTerminal, hasColors} from '../render/terminal.ts';

export default class Down extends MeshCommand {
	static override summary = 'Bring the mesh down: services, sidecars, control plane. Nothing of it runs afterwards.';
	static override description = 'Services may end by themselves within their grace, by default 10 seconds.';
	static override examples = [
		'<%= config.bin %> down',
		'<%= config.bin %> down -f other/mesh.config.yaml',
		'<%= config.bin %> down --volumes',
		'<%= config.bin %> down --json',
	];
	static override flags = {
		file: fileFlag,
		volumes: Flags.boolean({description: 'remove the named volumes of its containers, too, with what is in them'}),
	};

	async run(): Promise<{readonly stopped: boolean; readonly volumesRemoved: number}> {
		const {flags} = await this.parse(Down);
		const {configFile, state} = await this.locate(flags.file);
		const screen = this.jsonEnabled() ? process.stderr : process.stdout;
		const display = createEventDisplay({terminal: createTerminal(screen), colors: hasColors(screen)});
		// It is forgotten once the mesh is down.
		const environment = await engineEnvironment(state, process.env);
		const stopped = await bringDown(state, {display, force: new AbortController().signal});
		this.log(stopped ? 'The mesh is down.' : `The mesh of ${configFile} was not running.`);
		const volumesRemoved = flags.volumes ? await removeNamedVolumes(state, environment) : 0;
		if (flags.volumes) {
			this.log(volumesRemoved === 1 ? '1 volume was removed.' : `${volumesRemoved} volumes were removed.`);
		}

		return {stopped, volumesRemoved};
	}
}
