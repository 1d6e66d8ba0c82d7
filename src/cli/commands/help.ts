import {loadHelpClass} from '@oclif/core';
import {MeshCommand} from '../mesh-command.ts';

export default class Help extends MeshCommand {
	static override hidden = true;
	static override summary = 'Show what devmesh can do.';
	static override examples = ['<%= config.bin %> help', '<%= config.bin %> help fault add'];
	static override strict = false;

	async run(): Promise<void> {
		const {argv} = await this.parse(Help);
		const HelpClass = await loadHelpClass(this.config);
		await new HelpClass(this.config).showHelp(argv.map(String));
	}
}
