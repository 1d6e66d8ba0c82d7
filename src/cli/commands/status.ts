import process from 'node:process';
import type {MeshStatus} from '../../model/mesh-status.ts';
import {fileFlag, MeshCommand} from '../mesh-command.ts';
import {formatStatus} from '../render/format-status.ts';
import {hasColors} from '../render/terminal.ts';

export default class Status extends MeshCommand {
	static override summary = 'Show how the mesh is: services, instances, revisions, traffic of the last minute.';
	static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --json'];
	static override flags = {file: fileFlag};

	async run(): Promise<MeshStatus> {
		const {flags} = await this.parse(Status);
		const status = await (await this.client(flags.file)).status();
		this.log(formatStatus(status, {colors: hasColors(process.stdout)}));
		return status;
	}
}
