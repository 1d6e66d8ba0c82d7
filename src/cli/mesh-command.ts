// What all commands have in common.
import {existsSync} from 'node:fs';
import process from 'node:process';
import {Command, Errors, Flags, type Interfaces} from '@oclif/core';
import {type ApiClient, createApiClient} from '../admin/api-client.ts';
import {MeshError} from '../common/mesh-error.ts';
import {runtimeVariable} from '../config/control-variables.ts';
import {runningMesh} from '../mesh/launch/running-mesh.ts';
import type {MeshLocation} from '../mesh/launch/start-control-plane.ts';
import {meshIdOf, stateFolderOf} from '../mesh/state-folder.ts';
import {findConfig, noSuchConfig} from './find-config.ts';
import {printError, wrongUsage} from './print-error.ts';
import {stateRoot} from './state-root.ts';

const file = {
	description: 'the config file; default: the nearest mesh.config.yaml, from here upwards',
	helpValue: '<file>',
};

export const fileFlag = Flags.string({...file, char: 'f'});
/** For commands whose `-f` means to follow. */
export const longFileFlag = Flags.string(file);

/** For commands that start a mesh. */
export const runtimeFlag = Flags.string({
	options: ['auto', 'docker', 'process'],
	description: 'where the services run, whatever the config says',
	env: runtimeVariable,
});

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
		if (address) {
			return createApiClient(address);
		}

		throw existsSync(configFile)
			? new MeshError({
					code: 'DM6009',
					message: `the mesh of ${configFile} is not running`,
					remedy: 'Start it with `devmesh up`.',
				})
			: noSuchConfig(configFile);
	}

	protected override async catch(error: Interfaces.CommandError): Promise<unknown> {
		if (error instanceof Errors.CLIError) {
			return super.catch(error);
		}

		process.exitCode = printError(error, {isJson: this.jsonEnabled()});
		return undefined;
	}

	protected override toErrorJson(error: unknown): unknown {
		const message = error instanceof Error ? error.message : String(error);
		return {error: {code: wrongUsage, message, remedy: `See \`devmesh ${this.id?.replaceAll(':', ' ')} --help\`.`}};
	}
}
