// A small mesh in an engine that has, or is given, a fault; and what must hold before, during and after.
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {meshIdOf} from '../../src/mesh/state-folder.ts';
import type {MeshStatus} from '../../src/model/mesh-status.ts';
import {createProject} from './project.ts';
import type {RunDocker} from './test-engine.ts';
import {type CommandResult, createUser, type User} from './user.ts';

const serve =
	"require('http').createServer((_, response) => response.end('hi')).listen(3000); process.on('SIGTERM', () => process.exit())";

/** A compose file with the service web, and more keys of it. */
export const service = (more: Readonly<Record<string, unknown>> = {}): string =>
	JSON.stringify({
		services: {web: {image: 'node:26-slim', command: ['node', '-e', serve], expose: ['3000'], ...more}},
	});

export interface EngineScene {
	readonly user: User;
	readonly folder: string;
	readonly id: string;
	/** `devmesh up -d`. */
	readonly up: () => Promise<CommandResult>;
	/** Writes another compose file. */
	readonly save: (config: string) => Promise<void>;
}

/** Creates a project of that compose file; its mesh is brought down when the test ends. */
export const createEngineScene = async (
	t: ExecutionContext,
	host: string,
	config = service(),
): Promise<EngineScene> => {
	const folder = await createProject(t, {'mesh.config.yaml': 'compose: compose.yaml\n', 'compose.yaml': config});
	const user = await createUser(t, folder, {DOCKER_HOST: host});
	return {
		user,
		folder,
		id: meshIdOf(path.join(folder, 'mesh.config.yaml')),
		up: () => user.devmesh('up', '-d'),
		save: text => writeFile(path.join(folder, 'compose.yaml'), text),
	};
};

/** A command that failed says which code, why, and what can be done. */
export const failsWith = (
	t: ExecutionContext,
	result: CommandResult,
	code: string,
	reason: RegExp,
	remedy: RegExp,
): void => {
	const said = result.stdout + result.stderr;
	t.is(result.code, 1, said);
	t.regex(said, new RegExp(`\\b${code}\\b`));
	t.regex(said, reason);
	t.regex(said, remedy);
	t.notRegex(said, /\n {4}at /, 'no stack of a program');
};

/** `up` works, and the service answers. */
export const comesUp = async (t: ExecutionContext, scene: EngineScene): Promise<void> => {
	const {code, stdout, stderr} = await scene.up();
	t.is(code, 0, stdout + stderr);
	t.is(await answerOf(scene), 'hi');
};

/** What the service web answers to the host. */
export const answerOf = async ({user}: EngineScene): Promise<string> => {
	const {services} = await user.json<MeshStatus>('status');
	return (await fetch(services.find(({service}) => service === 'web')?.hostUrl ?? '')).text();
};

/** `down` works, and leaves nothing in the engine. */
export const goesDown = async (t: ExecutionContext, scene: EngineScene, docker?: RunDocker): Promise<void> => {
	const {code, stdout, stderr} = await scene.user.devmesh('down');
	t.is(code, 0, stdout + stderr);
	if (docker) {
		t.deepEqual(await objectsOf(docker, scene.id), []);
	}
};

/** Ids of the containers, networks and volumes of a mesh. */
export const objectsOf = async (docker: RunDocker, id: string): Promise<readonly string[]> => {
	const filter = ['--filter', `label=dev.devmesh.mesh=${id}`];
	const lists = [
		['ps', '-aq'],
		['network', 'ls', '-q'],
		['volume', 'ls', '-q'],
	];
	const found = await Promise.all(lists.map(list => docker(...list, ...filter)));
	return found.flatMap(text => text.split('\n')).filter(Boolean);
};
