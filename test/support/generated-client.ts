// A client of the API that nobody has written: generated from the published description.
import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {transform} from 'esbuild';
import {generateApi} from 'swagger-typescript-api';
import {repository} from './user.ts';

interface GeneratedAnswer {
	readonly status: number;
	readonly data: unknown;
}

/** By operation id: path parameters first, then the query or the body. */
export type GeneratedClient = Readonly<Record<string, (...args: readonly unknown[]) => Promise<GeneratedAnswer>>>;

/** Generates it into a folder, and gives one for this API. */
export const generateClient = async (
	folder: string,
	{url, token}: {readonly url: string; readonly token: string},
): Promise<GeneratedClient> => {
	await generateApi({
		input: path.join(repository, 'schema', 'openapi.json'),
		output: folder,
		fileName: 'client.ts',
		generateUnionEnums: true,
		silent: true,
	});
	const {code} = await transform(await readFile(path.join(folder, 'client.ts'), 'utf8'), {loader: 'ts', format: 'esm'});
	const file = path.join(folder, 'client.mjs');
	await writeFile(file, code);
	const {Api} = (await import(pathToFileURL(file).href)) as {
		readonly Api: new (options: object) => Readonly<Record<string, GeneratedClient>>;
	};
	const api = new Api({
		baseUrl: `${url}/api/v1`,
		baseApiParams: {format: 'json', headers: {authorization: `Bearer ${token}`}},
	});
	return Object.assign({}, ...Object.values(api).filter(part => typeof part === 'object')) as GeneratedClient;
};
