// Real compose files written by others: read where they lie, and only where they lie.
import {readdirSync} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import {findComposeFiles} from '../../../src/cli/init-from-compose.ts';
import {planFromNothing} from '../../../src/cli/plan-from-nothing.ts';
import {formatDiagnostics} from '../../../src/config/format-diagnostics.ts';
import {findCorpus} from '../../support/corpora.ts';
import {createProject} from '../../support/project.ts';

const corpus = findCorpus('awesome-compose');
/** What a project leaves to its user. */
const variables: Readonly<Record<string, Readonly<Record<string, string>>>> = {plex: {PLEX_MEDIA_PATH: '/srv/media'}};
const projects = corpus === undefined ? [] : readdirSync(corpus).sort();

for (const project of projects) {
	test(`awesome-compose/${project} gives a plan without an error`, async t => {
		const source = path.join(corpus ?? '', project);
		const files = findComposeFiles(source).map(name => path.join(source, name));
		const folder = await createProject(t, {
			'mesh.config.yaml': `version: 1\nname: shop\ncompose: ${JSON.stringify(files)}\n`,
		});
		const {lines, diagnostics} = await planFromNothing(path.join(folder, 'mesh.config.yaml'), {
			HOME: folder,
			...variables[project],
		});
		const errors = diagnostics.filter(({severity}) => severity === 'error');
		t.deepEqual(errors, [], formatDiagnostics(errors, {colors: false}));
		t.true(lines.length > 0 && lines.every(line => line.startsWith('start ')), lines.join('\n'));
	});
}

test('the whole corpus is there, or none of it', t => {
	t.true([0, 39].includes(projects.length), `${projects.length} projects`);
});
