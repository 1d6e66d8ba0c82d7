import {Args} from '@oclif/core';
import type {Trace as MeshTrace} from '../../model/mesh-span.ts';
import {fileFlag, MeshCommand} from '../mesh-command.ts';
import {formatTrace} from '../render/format-trace.ts';

export default class Trace extends MeshCommand {
	static override summary = 'Show the way of one request through the mesh: every hop and every attempt, with its time.';
	static override examples = ['<%= config.bin %> trace 4bf92f3577b34da6a3ce929d0e0e4736'];
	static override args = {
		id: Args.string({description: 'the id of a trace, such as `devmesh requests` lists it', required: true}),
	};
	static override flags = {file: fileFlag};

	async run(): Promise<MeshTrace> {
		const {args, flags} = await this.parse(Trace);
		const trace = await (await this.client(flags.file)).trace(args.id);
		this.log(formatTrace(trace));
		return trace;
	}
}
