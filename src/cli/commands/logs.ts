import process from 'node:process';
import {Args, Flags} from '@oclif/core';
import {jsonLine} from '../../common/json-lines.ts';
import {fileFlag, MeshCommand} from '../mesh-command.ts';

export default class Logs extends MeshCommand {
	static override summary = 'Show what the services print.';
	static override description = 'With --json each line is one JSON object with instance and line.';
	static override examples = [
		'<%= config.bin %> logs',
		'<%= config.bin %> logs reviews -f',
		'<%= config.bin %> logs reviews-v1-1 -n 20',
	];
	static override args = {service: Args.string({description: 'a service or an instance; default: all'})};
	static override flags = {
		file: fileFlag,
		follow: Flags.boolean({description: 'go on with new lines'}),
		lines: Flags.integer({char: 'n', description: 'how many of the last lines of each instance', default: 100, min: 0}),
	};

	async run(): Promise<void> {
		const {args, flags} = await this.parse(Logs);
		const client = await this.client(flags.file);
		const stop = new AbortController();
		process.once('SIGINT', () => stop.abort());
		const lines = client.logs({service: args.service, lines: flags.lines, follow: flags.follow}, stop.signal);
		for await (const line of lines) {
			process.stdout.write(this.jsonEnabled() ? jsonLine(line) : `${line.instance}  ${line.line}\n`);
		}
	}

	// Each line was written by itself.
	protected override logJson(): void {}
}
