// Builds what the Docker runtime needs of a version.
import path from 'node:path';
import type {BuildConfig, ContainerConfig} from '../model/container-config.ts';
import type {BuildInput, VersionInput} from './schema/service.ts';

/** A container that says nothing of itself. */
export const plainContainer: ContainerConfig = {
	pull: 'missing',
	init: false,
	tty: false,
	stdinOpen: false,
	readOnly: false,
	privileged: false,
	mounts: [],
	files: [],
	ports: [],
	labels: {},
	capAdd: [],
	capDrop: [],
	devices: [],
	extraHosts: [],
	groupAdd: [],
	securityOpt: [],
	sysctls: {},
};

/** A build that says nothing but where. */
export const plainBuild = (context: string): BuildConfig => ({
	context,
	args: {},
	labels: {},
	additionalContexts: {},
	extraHosts: [],
	cacheFrom: [],
	cacheTo: [],
	platforms: [],
	secrets: [],
	ssh: [],
	tags: [],
	noCache: false,
	pull: false,
});

/** Gives the container of a version, on top of what a compose file says; undefined when there is neither image nor build. */
export const buildContainer = (
	{image, build, command}: Pick<VersionInput, 'image' | 'build' | 'command'>,
	folder: string,
	composed?: ContainerConfig,
): ContainerConfig | undefined =>
	image === undefined && build === undefined && !composed
		? undefined
		: {
				...plainContainer,
				...(image === undefined && build === undefined ? composed : withoutSource(composed)),
				...(image !== undefined && {image}),
				...(build !== undefined && {build: buildOf(build, folder)}),
				...(command !== undefined && commandOf(command)),
			};

/** The first process of a container gets the stop signal, so it should be the app, or an init that passes it on. */
const commandOf = (command: string | readonly string[]): Partial<ContainerConfig> => {
	if (typeof command !== 'string') {
		return {command};
	}

	return isOneProgram.test(command)
		? {command: ['/bin/sh', '-c', `exec ${command}`]}
		: {command: ['/bin/sh', '-c', command], init: true};
};

// A program with its arguments: no list, pipe, redirection, assignment or keyword of the shell.
const isOneProgram =
	/^(?!(?:if|for|while|until|case|cd|exec|set|export|unset|source|trap|eval|\.)\s)[\w./-]+(?:\s[^;&|<>()`\n]*)?$/;

/** Another image or build takes the place of both. */
const withoutSource = (container: ContainerConfig | undefined): Partial<ContainerConfig> => {
	const {image: _image, build: _build, ...rest} = container ?? {};
	return rest;
};

const buildOf = (input: BuildInput, folder: string): BuildConfig => {
	const {context, dockerfile, target, args = {}} = typeof input === 'string' ? {context: input} : input;
	return {
		...plainBuild(path.resolve(folder, context)),
		...(dockerfile !== undefined && {dockerfile}),
		...(target !== undefined && {target}),
		args,
	};
};
