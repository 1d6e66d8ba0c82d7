// The variables that tell a control plane how to read its config.

/** Says where the services run, whatever the config says: `auto`, `docker` or `process`. */
export const runtimeVariable = 'DEVMESH_RUNTIME';

/** Names the folder that relative paths of the file start from, absolute. Default: the file's own. */
export const folderVariable = 'DEVMESH_CONFIG_FOLDER';
