// The image of pause, sidecar and gateway, built on first use.
import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {pack} from 'tar-stream';
import {MeshError} from '../../../common/mesh-error.ts';
import type {Engine} from '../connect-engine.ts';
import {reasonOf, statusOf} from '../engine-errors.ts';
import {followProgress} from './follow-progress.ts';

export interface ProxyImageWish {
	/** What it stands on; it needs Node, a shell, and nft or apt-get. */
	readonly base: string;
	/** The folder of the sidecar's bundled programs. */
	readonly programs: string;
	/** The file of the template; the script of the pause is beside it. */
	readonly dockerfile: string;
	readonly onProgress: (message: string) => void;
}

/** Gives its name, in which stands a digest of all that it is made of. Throws MeshError. */
export const ensureProxyImage = async (
	{docker}: Engine,
	{base, programs, dockerfile, onProgress}: ProxyImageWish,
): Promise<string> => {
	const files = new Map<string, Buffer>([
		['Dockerfile', await readFile(dockerfile)],
		['pause.sh', await readFile(path.join(path.dirname(dockerfile), 'pause.sh'))],
		['package.json', Buffer.from('{"type":"module"}')],
	]);
	for (const name of ['pause.js', 'pod.js']) {
		files.set(name, await readFile(path.join(programs, name)));
	}

	const hash = createHash('sha256').update(base);
	for (const [name, content] of files) {
		hash.update(name).update(content);
	}

	const image = `devmesh/proxy:${hash.digest('hex').slice(0, 16)}`;
	try {
		await docker.getImage(image).inspect();
		return image;
	} catch (error) {
		if (statusOf(error) !== 404) {
			throw error;
		}
	}

	onProgress('building the image of the sidecar, once');
	const lines: string[] = [];
	try {
		const context = await archive(files);
		const stream = await docker.buildImage(context as unknown as NodeJS.ReadableStream, {
			t: image,
			buildargs: {BASE: base},
			forcerm: true,
		});
		await followProgress(docker, stream, ({stream: text}) => {
			lines.push(...(text?.trimEnd() ? [text.trimEnd()] : []));
		});
	} catch (error) {
		throw new MeshError({
			code: 'DM5114',
			message: [
				`the image of the sidecar cannot be built on ${base}: ${reasonOf(error)}`,
				...lines.slice(-8).map(line => `  ${line}`),
			].join('\n'),
			remedy: 'Name another base in DEVMESH_BASE_IMAGE: an image with Node 22 or newer, a shell, and nft or apt-get.',
			cause: error,
		});
	}

	return image;
};

const archive = async (files: ReadonlyMap<string, Buffer>): Promise<Buffer> => {
	const tar = pack();
	const chunks: Buffer[] = [];
	tar.on('data', (chunk: unknown) => {
		chunks.push(chunk as Buffer);
	});
	const done = new Promise<void>((resolve, reject) => {
		tar.once('end', () => resolve());
		tar.once('error', reject);
	});
	for (const [name, content] of files) {
		tar.entry({name}, content);
	}

	tar.finalize();
	await done;
	return Buffer.concat(chunks);
};
