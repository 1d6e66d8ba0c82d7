import {constants, copyFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {MeshError} from '../../common/mesh-error.ts';
import type {ComposeReading} from '../../config/compose-reader.ts';
import {formatDiagnostics} from '../../config/format-diagnostics.ts';
import {readConfig} from '../../config/read-config.ts';
import {readCompose} from '../../interop/compose/create-compose-reader.ts';
import type {Diagnostic} from '../../model/diagnostic.ts';
import {findComposeFiles, initFromCompose} from '../init-from-compose.ts';
import {MeshCommand} from '../mesh-command.ts';
import {table} from '../render/table.ts';
import {hasColors} from '../render/terminal.ts';

const template = fileURLToPath(new URL('../../../templates/mesh.config.yaml', import.meta.url));

interface Written {
	readonly file: string;
	/** The compose files that it takes services from. */
	readonly compose: readonly string[];
	/** Port 0: no file says it. */
	readonly services: readonly {readonly service: string; readonly port: number; readonly protocol: string}[];
	readonly diagnostics: readonly Diagnostic[];
}

export default class Init extends MeshCommand {
	static override summary = 'Write a mesh.config.yaml to start from. It runs as it is: `devmesh up`.';
	static override description =
		'Beside a compose file, the config takes its services over; what a mesh does not carry is told with its place.';
	static override examples = ['<%= config.bin %> init', '<%= config.bin %> init && <%= config.bin %> up'];

	async run(): Promise<Written> {
		await this.parse(Init);
		const file = path.resolve('mesh.config.yaml');
		const compose = findComposeFiles(process.cwd());
		try {
			if (compose.length > 0) {
				return await this.#explain(file, compose, await initFromCompose(file, compose, process.env));
			}

			await copyFile(template, file, constants.COPYFILE_EXCL);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
				throw error;
			}

			throw new MeshError({
				code: 'DM6015',
				message: `${file} exists already`,
				remedy: 'Change it by hand, or move it away first.',
			});
		}

		this.log(`Wrote ${file}. Next: devmesh up`);
		return {file, compose, services: [], diagnostics: []};
	}

	/** Says what was found, as the mesh will see it. */
	async #explain(file: string, compose: readonly string[], reading: ComposeReading): Promise<Written> {
		const {config, diagnostics} = await readConfig(file, process.env, readCompose);
		const services = reading.services.map(({workload: {name: service, port, protocol}}) => ({service, port, protocol}));
		if (!this.jsonEnabled()) {
			process.stderr.write(formatDiagnostics(diagnostics, {colors: hasColors(process.stderr)}));
		}

		this.log(`Wrote ${file}, which takes ${services.length} services from ${compose.join(' and ')}:\n`);
		this.log(
			table(
				['SERVICE', 'PORT', 'PROTOCOL'],
				services.map(({service, port, protocol}) => [service, port === 0 ? '-' : String(port), protocol]),
			),
		);
		this.log(`\n${config ? '' : 'Mend what is wrong above. '}Next: devmesh up`);
		return {file, compose, services, diagnostics};
	}
}
