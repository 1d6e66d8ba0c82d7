import process from 'node:process';
import {formatDiagnostics} from '../../config/format-diagnostics.ts';
import type {PlanResult} from '../../model/api.ts';
import {fileFlag, MeshCommand} from '../mesh-command.ts';
import {hasColors} from '../render/terminal.ts';

export default class Plan extends MeshCommand {
	static override summary = 'Show what the config file would start, restart or stop now.';
	static override description =
		'A running mesh takes the file on save, so this is mostly of use before a broken file is mended.';
	static override examples = ['<%= config.bin %> plan'];
	static override flags = {file: fileFlag};

	async run(): Promise<PlanResult> {
		const {flags} = await this.parse(Plan);
		const plan = await (await this.client(flags.file)).plan();
		process.stderr.write(formatDiagnostics(plan.diagnostics, {colors: hasColors(process.stderr)}));
		this.log(plan.lines.join('\n'));
		if (plan.diagnostics.some(({severity}) => severity === 'error')) {
			process.exitCode = 1;
		}

		return plan;
	}
}
