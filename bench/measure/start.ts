// How long `devmesh up` takes to ready beside the same processes without a mesh, and `startMesh` in a test.
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {createBookinfo, createProject} from '../../test/support/project.ts';
import {createUser, repository} from '../../test/support/user.ts';
import {five, fiveServices, helloProgram} from '../apps/hello-service.ts';
import {definePart} from '../part.ts';
import {median} from '../percentile.ts';
import {digits, table, time} from '../report/table.ts';
import {createScope, type Scope} from '../scope.ts';
import {runProgram} from '../start-program.ts';
import {type BareProcess, startBare} from './bare-processes.ts';
import {timed} from './timed.ts';

export interface StartResult {
	readonly runs: number;
	readonly meshes: readonly {readonly name: string; readonly bareMs: number; readonly meshMs: number}[];
	readonly fixture: FixtureTimes;
}

/** What `fixture-program.ts` prints. */
export interface FixtureTimes {
	/** With loading the package. */
	readonly firstMs: number;
	/** While the first one still runs. */
	readonly secondMs: number;
}

const fixtureProgram = fileURLToPath(new URL('fixture-program.ts', import.meta.url));

export const start = definePart<StartResult>({
	title: '`up` to ready, with local processes',
	needs: [],
	measure: async ({scope, isQuick, tell}) => {
		const runs = isQuick ? 1 : 3;
		const subjects = [await fiveSubject(scope), await bookinfoSubject(scope)];
		const times = subjects.map(({name}) => ({name, bare: [] as number[], mesh: [] as number[]}));
		for (let run = 1; run <= runs; run++) {
			for (const [index, {name, processes, folder}] of subjects.entries()) {
				const bareMs = await timeBare(scope, processes, tell);
				const meshMs = await timeUp(scope, folder, tell);
				times[index]?.bare.push(bareMs);
				times[index]?.mesh.push(meshMs);
				tell(`run ${run} of ${runs}, ${name}: bare ${time(bareMs)}, up ${time(meshMs)}`);
			}
		}

		const fixtures: FixtureTimes[] = [];
		for (let run = 1; run <= runs; run++) {
			const output = await runProgram(scope, [process.execPath, fixtureProgram, JSON.stringify(fiveServices())]);
			const result = JSON.parse(output) as FixtureTimes;
			fixtures.push(result);
			tell(`run ${run} of ${runs}, startMesh: first ${time(result.firstMs)}, second ${time(result.secondMs)}`);
		}

		return {
			runs,
			meshes: times.map(({name, bare, mesh}) => ({name, bareMs: median(bare), meshMs: median(mesh)})),
			fixture: {
				firstMs: median(fixtures.map(({firstMs}) => firstMs)),
				secondMs: median(fixtures.map(({secondMs}) => secondMs)),
			},
		};
	},
	render: ({runs, meshes, fixture}) =>
		[
			`Bare: all processes started at once, until each has answered. With devmesh: \`devmesh up -d\`, command line, control plane, certificates, sidecars and the order of \`dependsOn\` included. \`startMesh\` of \`devmesh/testing\` in a fresh process; the second mesh while the first one runs. Medians of ${runs} runs, in turns.`,
			table(
				['', 'bare', 'with devmesh', 'ratio', 'aim'],
				[
					...meshes.map(({name, bareMs, meshMs}) => [name, time(bareMs), time(meshMs), digits(meshMs / bareMs), '-']),
					['startMesh, five services, loading included', '-', time(fixture.firstMs), '-', '1,500 ms'],
					['startMesh, a second mesh', '-', time(fixture.secondMs), '-', '-'],
				],
			),
		].join('\n\n'),
});

interface Subject {
	readonly name: string;
	readonly processes: readonly BareProcess[];
	/** Holds mesh.config.yaml. */
	readonly folder: string;
}

const fiveSubject = async ({cleanup}: Scope): Promise<Subject> => ({
	name: 'five services',
	processes: five.map(name => ({program: helloProgram, environment: {NAME: name}, path: '/'})),
	folder: await createProject(cleanup, {'mesh.config.yaml': JSON.stringify(fiveServices())}),
});

const bookinfoSubject = async ({cleanup}: Scope): Promise<Subject> => {
	const folder = await createBookinfo(cleanup);
	const program = (name: string) => path.join(repository, 'examples', 'bookinfo', `${name}.mjs`);
	const one = (name: string, version?: string): BareProcess => ({
		program: program(name),
		environment: version === undefined ? {} : {VERSION: version},
		path: '/health',
	});
	const processes = [
		...['productpage', 'details', 'ratings'].map(name => one(name)),
		...['v1', 'v2', 'v3', 'v3'].map(version => one('reviews', version)),
	];
	const config = await readFile(path.join(folder, 'mesh.config.yaml'), 'utf8');
	if (!config.includes('replicas: 2')) {
		throw new Error('bookinfo has other instances than this measurement thinks');
	}

	return {name: `bookinfo, ${processes.length} processes`, processes, folder};
};

const timeBare = async (
	outer: Scope,
	processes: readonly BareProcess[],
	warn: (line: string) => void,
): Promise<number> => {
	const scope = createScope(outer.signal, warn);
	try {
		return await timed(() => startBare(scope, processes));
	} finally {
		await scope.close();
	}
};

const timeUp = async (outer: Scope, folder: string, warn: (line: string) => void): Promise<number> => {
	outer.signal.throwIfAborted();
	const scope = createScope(outer.signal, warn);
	try {
		const user = await createUser(scope.cleanup, folder);
		return await timed(async () => {
			const {code, stdout, stderr} = await user.devmesh('up', '-d');
			if (code !== 0) {
				throw new Error(`devmesh up ended with ${code}\n${stdout}${stderr}`);
			}
		});
	} finally {
		await scope.close();
	}
};
