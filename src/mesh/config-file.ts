// The config file of a running mesh: read on start and on every save; what is broken changes nothing.

import path from 'node:path';
import {MeshError} from '../common/mesh-error.ts';
import {readJson} from '../common/read-json.ts';
import {formatDiagnostics} from '../config/format-diagnostics.ts';
import type {ReloadResult} from '../model/api.ts';
import type {Diagnostic} from '../model/diagnostic.ts';
import type {MeshConfig} from '../model/mesh-config.ts';
import {coalesce} from './coalesce.ts';
import type {ConfigAdoption} from './config-adoption.ts';
import type {MeshParts} from './mesh-parts.ts';
import {instanceFailure} from './operation-failure.ts';

export interface ConfigFile {
	/** Takes the file; when it is broken, the config that was accepted last. Throws MeshError when there is neither. */
	readonly open: () => Promise<void>;
	/** Reads the file again. Never rejects for what stands in it. */
	readonly reload: (options?: {readonly build?: boolean}) => Promise<ReloadResult>;
	/** Takes the file as it is read now that more is known of images. Nobody has saved it, so nobody is told. */
	readonly readAgain: () => Promise<void>;
	/** What was found in the file at its last reading. */
	readonly diagnostics: () => readonly Diagnostic[];
	/** The files to watch, absolute: the config, .env, compose files and what these name, as of the last reading. */
	readonly paths: () => readonly string[];
}

/** Creates the reader of the mesh's config file. */
export const createConfigFile = (parts: MeshParts, adoption: ConfigAdoption, revision: () => number): ConfigFile => {
	const {options, events, log} = {...parts, log: parts.options.log};
	const {configFile, state} = options;
	let diagnostics: readonly Diagnostic[] = [];
	// Of any of those that share one reading.
	let isBuildAsked = false;
	let files: readonly string[] = [configFile, path.join(path.dirname(configFile), '.env')];

	const read = async (isTold = true): Promise<MeshConfig | undefined> => {
		const first = await parts.readConfig();
		// Images that are there already may say at which ports their apps listen.
		const isNews = first.config !== undefined && (await parts.imagePorts.look(first.config));
		const result = isNews ? await parts.readConfig() : first;
		const hadAny = diagnostics.length > 0;
		const isNew = isTold || JSON.stringify(diagnostics) !== JSON.stringify(result.diagnostics);
		diagnostics = result.diagnostics;
		files = result.files;
		if (isNew && (hadAny || diagnostics.length > 0)) {
			events.emit({kind: 'diagnostics', diagnostics});
			log.write('info', 'the config was read', {diagnostics: formatDiagnostics(diagnostics, {colors: false})});
		}

		return result.config;
	};

	let isOpen = false;
	let isMoreKnown = false;
	let isSaved = false;
	const load = async (): Promise<ReloadResult> => {
		const [build, isTold] = [isBuildAsked, isSaved];
		isBuildAsked = false;
		isSaved = false;
		const config = await read(isTold);
		const refusals = config ? await adoption.adopt(config, {build}) : [];
		for (const {sidecar, problem} of refusals) {
			events.emit({kind: 'notice', message: `the sidecar ${sidecar} refused the change: ${problem.message}`});
		}

		const accepted = config !== undefined && refusals.length === 0;
		if (isTold) {
			events.emit({kind: 'reloaded', revision: revision(), accepted});
		}

		return {
			revision: revision(),
			accepted,
			...(build && {failures: adoption.buildFailures().map(instanceFailure)}),
			diagnostics,
		};
	};

	const loadInTurn = coalesce(load);
	return {
		open: async () => {
			const config = (await read()) ?? (await readJson<MeshConfig>(state.lastConfig));
			if (!config) {
				throw new MeshError({
					code: 'DM3003',
					message: `${configFile} has errors, and there is no earlier config to go on with:\n${formatDiagnostics(diagnostics, {colors: false}).trimEnd()}`,
					remedy: 'Mend them; `devmesh validate` shows them again.',
				});
			}

			await adoption.adopt(config);
			isOpen = true;
			if (isMoreKnown) {
				await loadInTurn();
			}
		},
		reload: ({build = false} = {}) => {
			isBuildAsked ||= build;
			isSaved = true;
			return loadInTurn();
		},
		readAgain: async () => {
			// Images may be built while the first config is taken, beside the gateway.
			isMoreKnown = true;
			if (isOpen) {
				await loadInTurn();
			}
		},
		diagnostics: () => diagnostics,
		paths: () => files,
	};
};
