import {Args} from '@oclif/core';
import {fileFlag, MeshCommand} from '../../mesh-command.ts';

export default class FaultClear extends MeshCommand {
	static override summary = 'Clear a fault that was added, or all of them.';
	static override description = 'Faults of the config file stay: remove them there.';
	static override examples = ['<%= config.bin %> fault clear', '<%= config.bin %> fault clear f1'];
	static override args = {fault: Args.string({description: 'as `fault list` names it; default: all'})};
	static override flags = {file: fileFlag};

	async run(): Promise<{readonly removed: number}> {
		const {args, flags} = await this.parse(FaultClear);
		const removed = await (await this.client(flags.file)).clearFaults(args.fault);
		this.log(`${removed} ${removed === 1 ? 'fault' : 'faults'} cleared`);
		return {removed};
	}
}
