import process from 'node:process';
import {formatDiagnostics} from '../../config/format-diagnostics.ts';
import {readConfig} from '../../config/read-config.ts';
import {readCompose} from '../../interop/compose/create-compose-reader.ts';
import type {Diagnostic} from '../../model/diagnostic.ts';
import {fileFlag, MeshCommand} from '../mesh-command.ts';
import {hasColors} from '../render/terminal.ts';

export default class Validate extends MeshCommand {
	static override summary = 'Check the config file. Needs no running mesh.';
	static override examples = ['<%= config.bin %> validate', '<%= config.bin %> validate -f other/mesh.config.yaml'];
	static override flags = {file: fileFlag};

	async run(): Promise<{readonly valid: boolean; readonly diagnostics: readonly Diagnostic[]}> {
		const {flags} = await this.parse(Validate);
		const {configFile} = await this.locate(flags.file);
		const {config, diagnostics} = await readConfig(configFile, process.env, readCompose);
		if (!this.jsonEnabled()) {
			process.stderr.write(formatDiagnostics(diagnostics, {colors: hasColors(process.stderr)}));
		}

		if (config) {
			this.log(`${configFile} is valid: ${config.services.length} services, ${config.routes.length} routes.`);
		} else {
			process.exitCode = 1;
		}

		return {valid: config !== undefined, diagnostics};
	}
}
