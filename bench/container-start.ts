// Measures `devmesh up` in containers beside the same containers without a mesh: `npm run bench:up`. Writes bench/results.md.
import {writeFile} from 'node:fs/promises';
import {connect} from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Cleanup} from '../test/support/cleanup.ts';
import {createProject} from '../test/support/project.ts';
import {startTestEngine, type TestEngine} from '../test/support/test-engine.ts';
import {createUser, repository} from '../test/support/user.ts';

const services = 8;
const runs = 5;
const program = "require('http').createServer((_, r) => r.end('hi')).listen(3000);process.on('SIGTERM', process.exit)";
const names = Array.from({length: services}, (_, index) => `app${index + 1}`);

const timed = async (work: () => Promise<unknown>): Promise<number> => {
	const begin = performance.now();
	await work();
	return Math.round(performance.now() - begin);
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const accepts = async (port: number): Promise<void> => {
	const isOpen = () =>
		new Promise<boolean>(resolve => {
			// The proxy of a published port accepts before the app listens, and then breaks off.
			const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.0\r\n\r\n'));
			socket.once('data', () => {
				socket.destroy();
				resolve(true);
			});
			socket.once('error', () => resolve(false));
			socket.once('close', () => resolve(false));
		});
	while (!(await isOpen())) {
		await sleep(10);
	}
};

/** Network, containers with a published port each, and until all of them answer. */
const startBare = async (engine: TestEngine): Promise<number> => {
	const network = `bare-${process.pid}`;
	const container = (name: string): string => `${network}-${name}`;
	try {
		return await timed(async () => {
			await engine.run('network', 'create', network);
			await Promise.all(
				names.map(async name => {
					const options = ['--name', container(name), '--network', network, '-p', '127.0.0.1::3000'];
					await engine.run('run', '-d', ...options, 'node:26-slim', 'node', '-e', program);
					const place = await engine.run('port', container(name), '3000/tcp');
					await accepts(Number(place.split(':').at(-1)));
				}),
			);
		});
	} finally {
		await engine.run('rm', '-f', ...names.map(container));
		await engine.run('network', 'rm', network);
	}
};

const teardowns: (() => unknown)[] = [];
const cleanup = {
	teardown: (work: () => unknown) => teardowns.unshift(work),
	log: console.error,
} as unknown as Cleanup;
try {
	const engine = await startTestEngine();
	const image = {image: 'node:26-slim', command: ['node', '-e', program], expose: ['3000']};
	const folder = await createProject(cleanup, {
		'mesh.config.yaml': 'compose: compose.yaml\n',
		'compose.yaml': JSON.stringify({services: Object.fromEntries(names.map(name => [name, image]))}),
	});
	const user = await createUser(cleanup, folder, {DOCKER_HOST: engine.host});
	const startMesh = async (): Promise<number> => {
		const result = await timed(async () => {
			const up = await user.devmesh('up', '-d');
			if (up.code !== 0) {
				throw new Error(up.stdout + up.stderr);
			}
		});
		await user.devmesh('down');
		return result;
	};

	// Once for the image of the sidecar, which is built on first use.
	await startMesh();
	const bare: number[] = [];
	const meshed: number[] = [];
	for (let run = 0; run < runs; run++) {
		bare.push(await startBare(engine));
		meshed.push(await startMesh());
		console.error(`without ${bare.at(-1)} ms, with ${meshed.at(-1)} ms`);
	}

	const ratio = median(meshed) / median(bare);
	const date = new Date().toISOString().slice(0, 10);
	const [cpu] = os.cpus();
	const text = `# Measured

## \`up\` in containers

${services} services whose images are there, to the last answer: containers started in parallel on a network of their own, each with a published port, and \`devmesh up -d\` with a pause and a sidecar beside each app, gateway, control plane and command line included. Medians of ${runs} runs, in turns.

| without a mesh | with devmesh | ratio | aim |
|---|---|---|---|
| ${median(bare)} ms | ${median(meshed)} ms | ${ratio.toFixed(2)} | 1.70 |

${date}, ${os.cpus().length} × ${cpu?.model.trim()}, ${os.type()} ${os.release()}, Node ${process.versions.node}, Docker ${await engine.run('version', '--format', '{{.Server.Version}}')}. \`npm run bench:up\` measures it anew: read ratios, not milliseconds.
`;
	await writeFile(path.join(repository, 'bench', 'results.md'), text);
	console.log(text);
} finally {
	for (const teardown of teardowns) {
		await teardown();
	}
}
