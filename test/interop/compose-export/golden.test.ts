import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {createManualClock} from '../../../src/common/manual-clock.ts';
import {formatDiagnostics} from '../../../src/config/format-diagnostics.ts';
import {readConfig} from '../../../src/config/read-config.ts';
import {readCompose} from '../../../src/interop/compose/create-compose-reader.ts';
import {exportFiles} from '../../../src/interop/compose-export/export-files.ts';
import {compileStandalone} from '../../../src/mesh/standalone/compile-standalone.ts';
import {repository} from '../../support/user.ts';

// A folder a case: the config that is exported, and `expected.yaml`, the compose file, with what is told about it in front.
// UPDATE=1 writes them: read the difference before you commit it.
const golden = path.join(import.meta.dirname, 'golden');
const isUpdate = process.env['UPDATE'] === '1';
const day = 86_400_000;

const configFiles: Readonly<Record<string, string>> = {
	bookinfo: path.join(repository, 'mesh.config.yaml'),
	everything: path.join(golden, 'everything', 'mesh.config.yaml'),
};

for (const [name, configFile] of Object.entries(configFiles)) {
	test(`golden: ${name}`, async t => {
		const {config, diagnostics} = await readConfig(configFile, {}, readCompose);
		if (!config) {
			t.fail(formatDiagnostics(diagnostics, {colors: false}));
			return;
		}

		const clock = createManualClock(Date.UTC(2026, 5, 1));
		const mesh = await compileStandalone({config, subnet: undefined, validForMs: 90 * day, clock});
		const project = path.dirname(configFile);
		const {files, notes} = exportFiles(mesh, {project, out: path.join(project, 'out')}, {});
		const compose = files.find(file => file.path === 'compose.yaml')?.content ?? '';
		const text = [...notes.map(note => `# note: ${note}\n`), compose].join('');
		t.notRegex(text, /-----BEGIN/);
		const expected = path.join(golden, name, 'expected.yaml');
		if (isUpdate) {
			await writeFile(expected, text);
		}

		t.is(text, await readFile(expected, 'utf8'));
	});
}
