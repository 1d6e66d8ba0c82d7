import type {FaultStatus} from '../../../model/mesh-status.ts';
import {fileFlag, MeshCommand} from '../../mesh-command.ts';
import {table} from '../../render/table.ts';

export default class FaultList extends MeshCommand {
	static override summary = 'List the faults in force, those of the config and those that were added.';
	static override examples = ['<%= config.bin %> fault list', '<%= config.bin %> fault list --json'];
	static override flags = {file: fileFlag};

	async run(): Promise<readonly FaultStatus[]> {
		const {flags} = await this.parse(FaultList);
		const faults = await (await this.client(flags.file)).faults();
		const rows = faults.map(({id, to, explanation, until}) => [id, to, explanation, until ?? '']);
		this.log(faults.length === 0 ? 'no faults' : table(['FAULT', 'ON', 'WHAT', 'UNTIL'], rows));
		return faults;
	}
}
