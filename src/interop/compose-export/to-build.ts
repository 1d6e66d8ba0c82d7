// The `build:` of a service, as a compose file has it.
import path from 'node:path';
import type {BuildConfig} from '../../model/container-config.ts';
import {type Folders, literal, literals, literalValues, portablePath, worthWriting} from './compose-text.ts';
import type {Grants} from './grants.ts';

/** The folder that is built lies in the project, or is told with its whole path. */
export const toBuild = (build: BuildConfig, folders: Folders, grants: Grants): object => ({
	context: path.isAbsolute(build.context) ? portablePath(build.context, folders) : literal(build.context),
	...worthWriting({
		dockerfile: build.dockerfile === undefined ? undefined : literal(build.dockerfile),
		dockerfile_inline: build.dockerfileInline === undefined ? undefined : literal(build.dockerfileInline),
		target: build.target,
		args: literalValues(build.args),
		labels: literalValues(build.labels),
		additional_contexts: Object.fromEntries(
			Object.entries(build.additionalContexts).map(([name, context]) => [
				name,
				path.isAbsolute(context) ? portablePath(context, folders) : literal(context),
			]),
		),
		extra_hosts: literals(build.extraHosts),
		cache_from: literals(build.cacheFrom),
		cache_to: literals(build.cacheTo),
		platforms: build.platforms,
		secrets: build.secrets.map(({id, file, variable = id}) => ({
			source: grants.grant(file === undefined ? {environment: variable} : {file: portablePath(file, folders)}),
			target: id,
		})),
		ssh: literals(build.ssh),
		tags: literals(build.tags),
		network: build.network,
		no_cache: build.noCache,
		pull: build.pull,
		shm_size: build.shmSize,
	}),
});
