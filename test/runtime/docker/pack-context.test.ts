import {once} from 'node:events';
import {chmod, symlink, truncate, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {text} from 'node:stream/consumers';
import test from 'ava';
import {extract} from 'tar-stream';
import {type ContextOptions, type PackedContext, packContext} from '../../../src/runtime/docker/images/pack-context.ts';
import {createProject} from '../../support/project.ts';

const plain: ContextOptions = {dockerfile: undefined, dockerfileInline: undefined};

/** By name: the content, the target of a link, or `/` for a folder. */
const unpack = async ({body}: PackedContext): Promise<Readonly<Record<string, string>>> => {
	const found: Record<string, string> = {};
	for await (const entry of body.pipe(extract())) {
		const {name, type, linkname, mode = 0, uid, gid} = entry.header;
		const content = await text(entry);
		found[name] = type === 'symlink' ? `-> ${linkname}` : type === 'directory' ? '/' : content;
		if (mode & 0o111 && type === 'file') {
			found[name] += ' (may be run)';
		}

		if (uid !== 0 || gid !== 0) {
			found[name] += ` of ${uid}`;
		}
	}

	return found;
};

test('folders, links, empty files and the right to run are sent, as of root', async t => {
	const folder = await createProject(t, {Dockerfile: 'FROM x', 'src/run.sh': 'echo', 'src/empty': ''});
	await chmod(path.join(folder, 'src/run.sh'), 0o755);
	await symlink('src/run.sh', path.join(folder, 'run'));
	const context = await packContext(folder, plain);
	t.is(context.dockerfile, 'Dockerfile');
	t.deepEqual(await unpack(context), {
		Dockerfile: 'FROM x',
		run: '-> src/run.sh',
		src: '/',
		'src/empty': '',
		'src/run.sh': 'echo (may be run)',
	});
});

test('what .dockerignore names is not sent, but for the Dockerfile and itself', async t => {
	const folder = await createProject(t, {
		'docker/Dockerfile': 'FROM x',
		'docker/other': '',
		'.dockerignore': '*\n!src/*.js\n',
		'src/main.js': 'main',
		'src/main.log': 'log',
		'.env': 'secret',
	});
	const context = await packContext(folder, {...plain, dockerfile: 'docker/Dockerfile'});
	t.is(context.dockerfile, 'docker/Dockerfile');
	t.deepEqual(await unpack(context), {
		'.dockerignore': '*\n!src/*.js\n',
		'docker/Dockerfile': 'FROM x',
		'src/main.js': 'main',
	});
});

test('a Dockerfile may have a .dockerignore of its own', async t => {
	const folder = await createProject(t, {
		'dev.Dockerfile': 'FROM x',
		'dev.Dockerfile.dockerignore': '*.js',
		'.dockerignore': '*.md',
		'a.js': '',
		'b.md': '',
	});
	const sent = await unpack(await packContext(folder, {...plain, dockerfile: 'dev.Dockerfile'}));
	t.deepEqual(Object.keys(sent).sort(), ['.dockerignore', 'b.md', 'dev.Dockerfile', 'dev.Dockerfile.dockerignore']);
	t.is(sent['.dockerignore'], '*.js');
});

test('a Dockerfile in place, or outside of the folder, is sent under a name that no COPY finds', async t => {
	const folder = await createProject(t, {'app/main.js': 'main', 'app/Dockerfile': 'FROM y', Dockerfile: 'FROM x'});
	for (const options of [
		{...plain, dockerfileInline: 'FROM x'},
		{...plain, dockerfile: '../Dockerfile'},
		{...plain, dockerfile: path.join(folder, 'Dockerfile')},
	]) {
		const context = await packContext(path.join(folder, 'app'), options);
		const name = context.dockerfile ?? '';
		t.regex(name, /^\.dockerfile\.[\da-f]{16}$/);
		t.deepEqual(await unpack(context), {
			[name]: 'FROM x',
			'.dockerignore': `\n${name}\n.dockerignore`,
			Dockerfile: 'FROM y',
			'main.js': 'main',
		});
	}

	await t.throwsAsync(packContext(folder, {...plain, dockerfile: '../missing'}), {code: 'ENOENT'});
});

test('where a file cannot be read whole, the signal says why', async t => {
	const folder = await createProject(t, {Dockerfile: 'FROM x'});
	const large = path.join(folder, 'large');
	await writeFile(large, Buffer.alloc(1024 * 1024));
	const context = await packContext(folder, plain);
	const broken = once(context.broken, 'abort');
	const tar = context.body.pipe(extract()).on('error', () => {});
	tar.on('entry', async ({name}, entry, next) => {
		// Before anything is waited for: it may break off meanwhile.
		entry.on('error', () => {});
		if (name === 'large') {
			// Its size was told; most of it still lies in the file.
			await truncate(large, 1024);
		}

		entry.on('end', next).resume();
	});
	await broken;
	t.is(context.broken.reason.message, `${large} shrank while it was read`);
});
