// What all commands have in common.
import process from 'node:process';
import {Command, Flags, type Interfaces} from '@oclif/core';
import {type ApiClient, createApiClient} from '../admin/api-client.ts';
import {MeshError} from '../common/mesh-error.ts';
import {meshIdOf, type StateFolder, stateFolderOf} from '../mesh/state-folder.ts';
import {findConfig} from './find-config.ts';
import {runningMesh} from './running-mesh.ts';
import {stateRoot} from './state-root.ts';

export const fileFlag = Flags.string({
	char: 'f',
	description: 'the config file; default: the nearest mesh.config.yaml, from here upwards',
	helpValue: '<file>',
});

/** Where a mesh's config and state are. */
export interface MeshLocation {
	readonly configFile: string;
	readonly stateRoot: string;
	readonly state: StateFolder;
}

/** A command of devmesh: prints results with `--json` as one value, errors with code and remedy; exit code 1 when it failed, 2 for wrong usage. */
export abstract class MeshCommand extends Command {
	static override enableJsonFlag = true;

	/** Finds the mesh's config and state. Throws MeshError. */
	protected async locate(file: string | undefined): Promise<MeshLocation> {
		const configFile = await findConfig(file);
		const root = stateRoot();
		return {configFile, stateRoot: root, state: stateFolderOf(root, meshIdOf(configFile))};
	}

	/** Gives a client of the running mesh. Throws MeshError when it does not run. */
	protected async client(file: string | undefined): Promise<ApiClient> {
		const {configFile, state} = await this.locate(file);
		const address = await runningMesh(state);
		if (!address) {
			throw new MeshError({
				code: 'DM6009',
				message: `the mesh of ${configFile} does not run`,
				remedy: 'Start it with `devmesh up`.',
			});
		}

		return createApiClient(address);
	}

	protected override async catch(error: Interfaces.CommandError): Promise<unknown> {
		if (!(error instanceof MeshError)) {
			return super.catch(error);
		}

		if (this.jsonEnabled()) {
			this.logJson({error: {code: error.code, message: error.message, remedy: error.remedy}});
		} else {
			process.stderr.write(`${error.code}  ${error.message}\n  ${error.remedy}\n`);
			if (process.env['DEVMESH_DEBUG']) {
				process.stderr.write(`${error.stack ?? ''}\n`);
			}
		}

		process.exitCode = 1;
		return undefined;
	}
}
