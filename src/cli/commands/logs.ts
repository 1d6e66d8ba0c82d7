import process from 'node:process';
import {Args, Flags} from '@oclif/core';
import {jsonLine} from '../../common/json-lines.ts';
import {longFileFlag, MeshCommand} from '../mesh-command.ts';
import {createLogPrinter} from '../render/log-printer.ts';
import {hasColors} from '../render/terminal.ts';

export default class Logs extends MeshCommand {
	static override summary = 'Show what the services print.';
	static override description = 'With --json each line is one JSON object with instance and line.';
	static override examples = [
		'<%= config.bin %> logs',
		'<%= config.bin %> logs reviews -f',
		'<%= config.bin %> logs reviews-v1-1 -n 20',
		'<%= config.bin %> logs --json',
	];
	static override args = {service: Args.string({description: 'a service or an instance; default: all'})};
	static override flags = {
		file: longFileFlag,
		follow: Flags.boolean({char: 'f', description: 'go on with new lines', default: false}),
		lines: Flags.integer({
			char: 'n',
			description: 'how many of the last lines of each instance',
			default: 100,
			min: 0,
			max: 100_000,
		}),
	};

	async run(): Promise<void> {
		const {args, flags} = await this.parse(Logs);
		const client = await this.client(flags.file);
		const stop = new AbortController();
		process.once('SIGINT', () => stop.abort());
		// `devmesh logs -f | head` is over when head is.
		process.stdout.once('error', () => stop.abort());
		const write = (line: string) => process.stdout.write(`${line}\n`);
		const print = createLogPrinter({colors: hasColors(process.stdout), write});
		const options = {service: args.service, lines: flags.lines, follow: flags.follow};
		for await (const line of client.logs(options, stop.signal)) {
			if (this.jsonEnabled()) {
				process.stdout.write(jsonLine(line));
			} else {
				print(line.instance, line.line);
			}
		}
	}
}
