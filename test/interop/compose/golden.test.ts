import {readdir, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {formatDiagnostics} from '../../../src/config/format-diagnostics.ts';
import {wholeFile} from '../../../src/config/place-finding.ts';
import {readCompose} from '../../../src/interop/compose/create-compose-reader.ts';

// A case is a folder with a `compose.yaml` and what is expected of it: `expected.txt`, the diagnostics as people see
// them, and `expected.json`, the services. UPDATE=1 writes them: read the difference before you commit it.
const golden = path.join(import.meta.dirname, 'golden');
const isUpdate = process.env['UPDATE'] === '1';

for (const name of (await readdir(golden)).sort()) {
	test(`golden: ${name}`, async t => {
		const folder = path.join(golden, name);
		const {services, authorization, diagnostics} = await readCompose({
			files: [{path: path.join(folder, 'compose.yaml'), placed: wholeFile('mesh.config.yaml')}],
			profiles: [],
			folder,
			environment: {HOME: '/home/me', FROM_SHELL: 'shell', TOKEN: 'secret'},
		});
		const workloads = services.map(({workload}) => workload);
		const isBroken = diagnostics.some(({severity}) => severity === 'error');
		const results = {
			'expected.txt': diagnostics.length > 0 ? formatDiagnostics(diagnostics, {colors: false}) : undefined,
			'expected.json': isBroken
				? undefined
				: `${JSON.stringify({services: workloads, authorization}, relocated(folder), '\t')}\n`,
		};
		for (const [file, result] of Object.entries(results)) {
			const expected = path.join(folder, file);
			if (isUpdate) {
				await (result === undefined ? rm(expected, {force: true}) : writeFile(expected, result));
			}

			t.is(result, await readFile(expected, 'utf8').catch(() => undefined), `${name}/${file}`);
		}
	});
}

/** The same text on every machine. */
const relocated =
	(folder: string) =>
	(_key: string, value: unknown): unknown =>
		typeof value === 'string' && value.startsWith(path.dirname(folder))
			? `/projects${value.slice(path.dirname(folder).length).replaceAll(path.sep, '/')}`
			: value;
