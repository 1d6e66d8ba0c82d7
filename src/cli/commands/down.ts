import process from 'node:process';
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
		'<%= config.bin %> down --json',
	];
	static override flags = {file: fileFlag};

	async run(): Promise<{readonly stopped: boolean}> {
		const {flags} = await this.parse(Down);
		const {configFile, state} = await this.locate(flags.file);
		const screen = this.jsonEnabled() ? process.stderr : process.stdout;
		const display = createEventDisplay({terminal: createTerminal(screen), colors: hasColors(screen)});
		const stopped = await bringDown(state, {display, force: new AbortController().signal});
		this.log(stopped ? 'The mesh is down.' : `The mesh of ${configFile} was not running.`);
		return {stopped};
	}
}
