// The variables that tell a control plane how to read its config. A devmesh that one of its services runs is told by its own.

/** Says where the services run, whatever the config says: `auto`, `docker` or `process`. */
export const runtimeVariable = 'DEVMESH_RUNTIME';

/** Names the folder that relative paths of the file start from, absolute. Default: the file's own. */
export const folderVariable = 'DEVMESH_CONFIG_FOLDER';

/** Gives an environment as services inherit it. */
export const withoutControlVariables = (
	environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> => {
	const {[runtimeVariable]: _runtime, [folderVariable]: _folder, ...others} = environment;
	return others;
};
