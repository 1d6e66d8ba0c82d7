import {execFile} from 'node:child_process';
import {mkdir, rm, statfs, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import anyTest, {type TestFn} from 'ava';
import {importImage, nodeImage} from '../../support/docker-images.ts';
import {startDockerd} from '../../support/dockerd.ts';
import {answerOf, comesUp, createEngineScene, failsWith, goesDown, service} from '../../support/engine-scene.ts';
import {createSharedCleanup} from '../../support/shared-cleanup.ts';
import {dockerAt, type RunDocker} from '../../support/test-engine.ts';

interface SmallEngine {
	readonly host: string;
	readonly docker: RunDocker;
	/** Fills the engine's disk but for this many bytes. Takes the place of what filled it before. */
	readonly fillBut: (left: number) => Promise<void>;
	readonly makeRoom: () => Promise<void>;
}

const run = promisify(execFile);
const test = anyTest as TestFn<SmallEngine>;
const cleanup = createSharedCleanup();
const mebibyte = 1024 * 1024;

test.before('an engine with a disk of its own', async t => {
	const root = `/tmp/dm-full-${process.pid}`;
	const disk = path.join(root, 'data');
	await mkdir(disk, {recursive: true});
	await run('mount', ['-t', 'tmpfs', '-o', 'size=1g', 'tmpfs', disk]);
	// Its end unmounts whatever lies in its folder.
	const dockerd = await startDockerd(root);
	cleanup.teardown(dockerd.stop);
	await importImage(dockerd.engine, 'node:26-slim', nodeImage);
	const filler = path.join(disk, 'somebody-elses');
	const makeRoom = (): Promise<void> => rm(filler, {force: true});
	t.context = {
		host: dockerd.host,
		docker: dockerAt(dockerd.host),
		makeRoom,
		fillBut: async left => {
			await makeRoom();
			const allocate = async (): Promise<boolean> => {
				const {bavail, bsize} = await statfs(disk);
				return run('fallocate', ['--length', String(bavail * bsize - left), filler]).then(
					() => true,
					() => false,
				);
			};
			// Logs may take a page in between.
			while (!(await allocate()));
		},
	};
});
test.after.always(cleanup.run);
// What the next test starts with.
test.afterEach.always(t => t.context.makeRoom());

const remedy = /Make room, for example with `docker system prune`/;
const noSpace = /(?<!full: )the disk of the Docker engine is full: (?!\(HTTP|the disk).*no space left on device/i;

test.serial('without room for the network or the image of the sidecar, `up` says so', async t => {
	const {host, docker, fillBut, makeRoom} = t.context;
	const scene = await createEngineScene(t, host);
	for (const left of [0, mebibyte / 4]) {
		await fillBut(left);
		failsWith(t, await scene.up(), 'DM5105', noSpace, remedy);
	}

	await makeRoom();
	await comesUp(t, scene);
	await goesDown(t, scene, docker);
});

for (const [what, dockerfile, sent] of [
	['is sent', 'FROM node:26-slim\n', 32 * mebibyte],
	['copies', 'FROM node:26-slim\nCOPY large /large\n', 12 * mebibyte],
	['writes', 'FROM node:26-slim\nRUN head -c 33554432 /dev/zero > /large\n', 0],
] as const) {
	test.serial(`a build that ${what} more than there is room for is told as a full disk`, async t => {
		const {host, docker, fillBut, makeRoom} = t.context;
		const scene = await createEngineScene(t, host, service({image: undefined, build: '.'}));
		await writeFile(path.join(scene.folder, 'Dockerfile'), dockerfile);
		await writeFile(path.join(scene.folder, 'large'), Buffer.alloc(sent));
		await fillBut(16 * mebibyte);
		failsWith(t, await scene.up(), 'DM5105', noSpace, remedy);
		await makeRoom();
		await comesUp(t, scene);
		await goesDown(t, scene, docker);
	});
}

test.serial('without room for the containers of a mesh, `up` says so and `down` leaves nothing', async t => {
	const {host, docker, fillBut, makeRoom} = t.context;
	const scene = await createEngineScene(t, host);
	await comesUp(t, scene);
	await goesDown(t, scene, docker);
	await fillBut(0);
	failsWith(t, await scene.up(), 'DM5105', noSpace, remedy);
	await makeRoom();
	await comesUp(t, scene);
	await goesDown(t, scene, docker);
});

test.serial('without room for another service, the mesh goes on and `up` says so', async t => {
	const {host, docker, fillBut, makeRoom} = t.context;
	const scene = await createEngineScene(t, host);
	await comesUp(t, scene);
	await fillBut(0);
	const {services} = JSON.parse(service());
	await scene.save(JSON.stringify({services: {...services, another: services.web}}));
	failsWith(t, await scene.up(), 'DM5105', noSpace, remedy);
	t.is(await answerOf(scene), 'hi');
	await makeRoom();
	await comesUp(t, scene);
	await goesDown(t, scene, docker);
});
