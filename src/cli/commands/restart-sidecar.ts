import {Args} from '@oclif/core';
import {fileFlag, MeshCommand} from '../mesh-command.ts';

export default class RestartSidecar extends MeshCommand {
	static override hidden = true;
	static override summary = 'Replace the worker of one sidecar; its connections break, no service is restarted.';
	static override examples = ['<%= config.bin %> restart-sidecar reviews-v1-1'];
	static override args = {sidecar: Args.string({description: 'an instance, gateway or host', required: true})};
	static override flags = {file: fileFlag};

	async run(): Promise<{readonly sidecar: string}> {
		const {args, flags} = await this.parse(RestartSidecar);
		await (await this.client(flags.file)).restartSidecar(args.sidecar);
		this.log(`the sidecar ${args.sidecar} is being replaced`);
		return {sidecar: args.sidecar};
	}
}
