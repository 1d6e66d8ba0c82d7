import process from 'node:process';
import {createApiClient} from '../../admin/api-client.ts';
import {formatDiagnostics} from '../../config/format-diagnostics.ts';
import {runningMesh} from '../../mesh/launch/running-mesh.ts';
import type {PlanResult} from '../../model/api.ts';
import {fileFlag, MeshCommand} from '../mesh-command.ts';
import {planFromNothing} from '../plan-from-nothing.ts';
import {hasColors} from '../render/terminal.ts';

export default class Plan extends MeshCommand {
	static override summary = 'Show what `devmesh up` would start, restart or stop now, and why.';
	static override description =
		'A running mesh takes the file on every save. With no mesh running, everything is to be started.';
	static override examples = ['<%= config.bin %> plan', '<%= config.bin %> plan --json'];
	static override flags = {file: fileFlag};

	async run(): Promise<PlanResult> {
		const {flags} = await this.parse(Plan);
		const {configFile, state} = await this.locate(flags.file);
		const running = await runningMesh(state);
		const result = await (running ? createApiClient(running).plan() : planFromNothing(configFile, process.env));
		if (!this.jsonEnabled()) {
			process.stderr.write(formatDiagnostics(result.diagnostics, {colors: hasColors(process.stderr)}));
		}

		if (result.diagnostics.some(({severity}) => severity === 'error')) {
			process.exitCode = 1;
		} else {
			this.log(result.lines.join('\n'));
		}

		return result;
	}
}
