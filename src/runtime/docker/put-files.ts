// Copies small files into a container that is yet to start.
import type Dockerode from 'dockerode';
import {pack} from 'tar-stream';

export interface PutFile {
	/** In the container, absolute. */
	readonly path: string;
	readonly content: string | Buffer;
	/** As of `chmod`. */
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
}

/** Makes the files with the folders above them. Rejects as the engine does, such as for a read-only file system. */
export const putFiles = async (
	container: Dockerode.Container,
	folder: string,
	files: readonly PutFile[],
): Promise<void> => {
	const archive = pack();
	const buffers: Buffer[] = [];
	archive.on('data', (chunk: unknown) => {
		buffers.push(chunk as Buffer);
	});
	const whole = new Promise<Buffer>((resolve, reject) => {
		archive.once('end', () => resolve(Buffer.concat(buffers)));
		archive.once('error', reject);
	});
	for (const {path, content, mode, uid, gid} of files) {
		const name = path.slice(folder === '/' ? 1 : folder.length + 1);
		archive.entry({name, mode, uid, gid}, content);
	}

	archive.finalize();
	await container.putArchive(await whole, {path: folder});
};
