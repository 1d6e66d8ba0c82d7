import {constants, copyFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {MeshError} from '../../common/mesh-error.ts';
import {MeshCommand} from '../mesh-command.ts';

const template = fileURLToPath(new URL('../../../templates/mesh.config.yaml', import.meta.url));

export default class Init extends MeshCommand {
	static override summary = 'Write a mesh.config.yaml to start from. It runs as it is: `devmesh up`.';
	static override examples = ['<%= config.bin %> init', '<%= config.bin %> init && <%= config.bin %> up'];

	async run(): Promise<{readonly file: string}> {
		await this.parse(Init);
		const file = path.resolve('mesh.config.yaml');
		try {
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
		return {file};
	}
}
