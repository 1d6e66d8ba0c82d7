// Serves something at the port that it had before.
import {type MeshParts, savePorts} from './mesh-parts.ts';

// The port was free a moment ago; should somebody have been faster, another one is taken and kept.
const longestSearch = 5;

/** Gives what was served. Rejects as `serve` does, unless somebody else listens there. */
export const serveAtKeptPort = async <Served>(
	parts: MeshParts,
	key: string,
	serve: (port: number) => Promise<Served>,
): Promise<Served> => {
	const {ports} = parts;
	for (let tries = 0; ; tries++) {
		try {
			return await serve(ports.portOf(key));
		} catch (error) {
			if (tries === longestSearch || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
				throw error;
			}

			await ports.replace(key);
			await savePorts(parts);
		}
	}
};
