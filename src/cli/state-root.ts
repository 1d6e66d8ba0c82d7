// Where the state of all meshes of this user is.
import {homedir} from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** `$DEVMESH_HOME`, else `$XDG_STATE_HOME/devmesh`, else `~/.local/state/devmesh`; on Windows `%LOCALAPPDATA%\devmesh`. */
export const stateRoot = (): string => {
	const {DEVMESH_HOME, XDG_STATE_HOME, LOCALAPPDATA} = process.env;
	if (DEVMESH_HOME) {
		return path.resolve(DEVMESH_HOME);
	}

	if (process.platform === 'win32' && LOCALAPPDATA) {
		return path.join(LOCALAPPDATA, 'devmesh');
	}

	return path.join(XDG_STATE_HOME || path.join(homedir(), '.local', 'state'), 'devmesh');
};
