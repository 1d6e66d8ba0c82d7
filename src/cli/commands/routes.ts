import {Args} from '@oclif/core';
import type {RouteExplanation} from '../../model/api.ts';
import {fileFlag, MeshCommand} from '../mesh-command.ts';

export default class Routes extends MeshCommand {
	static override summary = 'Say where requests go: one sentence a route, in the order in which they are tried.';
	static override examples = ['<%= config.bin %> routes', '<%= config.bin %> routes reviews'];
	static override args = {service: Args.string({description: 'the called service; default: all'})};
	static override flags = {file: fileFlag};

	async run(): Promise<readonly RouteExplanation[]> {
		const {args, flags} = await this.parse(Routes);
		const routes = await (await this.client(flags.file)).routes(args.service);
		this.log(routes.map(({service, lines}) => [service, ...lines.map(line => `  ${line}`)].join('\n')).join('\n'));
		return routes;
	}
}
