import {bringDown} from '../bring-down.ts';
import {fileFlag, MeshCommand} from '../mesh-command.ts';

export default class Down extends MeshCommand {
	static override summary = 'Bring the mesh down: services, sidecars, control plane. Nothing of it runs afterwards.';
	static override examples = ['<%= config.bin %> down'];
	static override flags = {file: fileFlag};

	async run(): Promise<{readonly stopped: boolean}> {
		const {flags} = await this.parse(Down);
		const {configFile, state} = await this.locate(flags.file);
		const stopped = await bringDown(state);
		this.log(stopped ? 'The mesh is down.' : `The mesh of ${configFile} did not run.`);
		return {stopped};
	}
}
