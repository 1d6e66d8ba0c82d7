import path from 'node:path';
import process from 'node:process';
import {Flags} from '@oclif/core';
import {formatDiagnostics} from '../../../config/format-diagnostics.ts';
import {readConfig} from '../../../config/read-config.ts';
import {readCompose} from '../../../interop/compose/create-compose-reader.ts';
import type {Diagnostic} from '../../../model/diagnostic.ts';
import {type ExportedCompose, exportCompose} from '../../export-compose.ts';
import {fileFlag, MeshCommand} from '../../mesh-command.ts';
import {readValidFor} from '../../read-valid-for.ts';
import {hasColors} from '../../render/terminal.ts';

type Result = Partial<ExportedCompose> & {readonly diagnostics: readonly Diagnostic[]};

export default class ExportCompose extends MeshCommand {
	static override summary =
		'Write a folder from which `docker compose up` runs the mesh, sidecars included, without devmesh.';
	static override description =
		'For machines that have Docker only, such as those of CI. All services must have an image or a build. The folder holds private keys; its README says how it runs, until when, and what it cannot do.';
	static override examples = [
		'<%= config.bin %> export compose',
		'<%= config.bin %> export compose --out ci/mesh --valid-for 30d && docker compose --file ci/mesh/compose.yaml up --detach --build',
	];
	static override flags = {
		file: fileFlag,
		out: Flags.string({
			char: 'o',
			description: 'the folder to write; default: devmesh-compose beside the config file',
			helpValue: '<folder>',
		}),
		'valid-for': Flags.string({
			description: 'how long the certificates are good for, in hours, days or weeks; default: 90d',
			helpValue: '90d',
			default: '90d',
		}),
		subnet: Flags.string({
			description: "of the mesh's network; default: one of 10.214.0.0/16 that depends on the mesh's name",
			helpValue: '10.99.0.0/24',
		}),
		force: Flags.boolean({description: 'write into a folder that holds something else, too'}),
	};

	async run(): Promise<Result> {
		const {flags} = await this.parse(ExportCompose);
		const validForMs = readValidFor(flags['valid-for']);
		const {configFile} = await this.locate(flags.file);
		const {config, diagnostics} = await readConfig(configFile, process.env, readCompose);
		if (!this.jsonEnabled()) {
			process.stderr.write(formatDiagnostics(diagnostics, {colors: hasColors(process.stderr)}));
		}

		if (!config) {
			process.exitCode = 1;
			return {diagnostics};
		}

		const out =
			flags.out === undefined ? path.join(path.dirname(configFile), 'devmesh-compose') : path.resolve(flags.out);
		const written = await exportCompose(config, {out, validForMs, subnet: flags.subnet, isForced: flags.force});
		this.#explain(written);
		return {...written, diagnostics};
	}

	#explain({folder, files, notes, validUntil}: ExportedCompose): void {
		const shown = path.relative(process.cwd(), folder) || '.';
		this.log(`Wrote ${files.length} files into ${shown}, good until ${validUntil.slice(0, 10)}.`);
		for (const note of notes) {
			this.log(`- ${note}`);
		}

		this.log(`Next: docker compose --file ${path.join(shown, 'compose.yaml')} up --detach --build`);
	}
}
