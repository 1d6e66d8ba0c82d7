// How long `devmesh up` takes in containers beside the same containers without a mesh.
import {connect} from 'node:net';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {installCommand} from '../../scripts/install-system-parts.ts';
import {connectEngine, type Engine} from '../../src/runtime/docker/connect-engine.ts';
import {createProject} from '../../test/support/project.ts';
import {findSystemPart, systemParts} from '../../test/support/system-parts.ts';
import {startTestEngine} from '../../test/support/test-engine.ts';
import {createUser} from '../../test/support/user.ts';
import {definePart} from '../part.ts';
import {median} from '../percentile.ts';
import {digits, table, time} from '../report/table.ts';
import {timed} from './timed.ts';

export type ContainersResult =
	| {readonly kind: 'none'; readonly reason: string}
	| {
			readonly kind: 'measured';
			readonly runs: number;
			readonly bareMs: number;
			readonly meshMs: number;
			readonly docker: string;
	  };

const services = 8;
const program = "require('http').createServer((_, r) => r.end('hi')).listen(3000);process.on('SIGTERM', process.exit)";
const port = '3000/tcp';
const names = Array.from({length: services}, (_, index) => `app${index + 1}`);

export const containers = definePart<ContainersResult>({
	title: '`up` in containers',
	needs: [],
	measure: async ({scope: {cleanup, signal}, isQuick, tell}) => {
		const reason = whyNot();
		if (reason !== undefined) {
			return {kind: 'none', reason};
		}

		const runs = isQuick ? 1 : 3;
		tell('starting a Docker engine');
		const engine = await startTestEngine();
		const connected = await connectEngine({DOCKER_HOST: engine.host});
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

		tell('building the image of the sidecar, once');
		await startMesh();
		const bare: number[] = [];
		const meshed: number[] = [];
		for (let run = 1; run <= runs; run++) {
			signal.throwIfAborted();
			bare.push(await startBare(connected, signal));
			signal.throwIfAborted();
			meshed.push(await startMesh());
			tell(`run ${run} of ${runs}: without ${time(bare.at(-1) ?? 0)}, with ${time(meshed.at(-1) ?? 0)}`);
		}

		const {version: docker} = connected;
		return {kind: 'measured', runs, bareMs: median(bare), meshMs: median(meshed), docker};
	},
	render: result => {
		const head = ['', 'without a mesh', 'with devmesh', 'ratio', 'aim'];
		if (result.kind === 'none') {
			return table(head, [[`not measured: ${result.reason}`, '-', '-', '-', '1.70']]);
		}

		const {runs, bareMs, meshMs, docker} = result;
		return [
			`${services} services whose images are there, to the last answer: containers started in parallel by the engine's API on a network of their own, each with a published port, and \`devmesh up -d\` with a pause and a sidecar beside each app, gateway, control plane and command line included. Medians of ${runs} runs, in turns. Docker ${docker}.`,
			table(head, [[`${services} services`, time(bareMs), time(meshMs), digits(meshMs / bareMs), '1.70']]),
		].join('\n\n');
	},
});

/** Undefined: an engine of our own can be started here. */
const whyNot = (): string | undefined => {
	const wanted = systemParts.filter(({suites}) => suites.includes('test/e2e/docker/compose.test.ts'));
	const missing = wanted.filter(part => !findSystemPart(part, process.env['PATH'] ?? ''));
	return missing.length === 0
		? undefined
		: `an engine of our own needs root and ${missing.map(({name}) => name).join(', ')}: ${installCommand(missing)}`;
};

const accepts = async (port: number, signal: AbortSignal): Promise<void> => {
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
		await sleep(10, undefined, {signal});
	}
};

/** Network, containers with a published port each, and until all of them answer: by the engine's API, as devmesh does it. */
const startBare = async ({docker}: Engine, signal: AbortSignal): Promise<number> => {
	const network = `bare-${process.pid}`;
	const container = (name: string): string => `${network}-${name}`;
	const startOne = async (name: string): Promise<void> => {
		const made = await docker.createContainer({
			name: container(name),
			Image: 'node:26-slim',
			Cmd: ['node', '-e', program],
			ExposedPorts: {[port]: {}},
			HostConfig: {NetworkMode: network, PortBindings: {[port]: [{HostIp: '127.0.0.1', HostPort: ''}]}},
		});
		await made.start();
		const {NetworkSettings} = await made.inspect();
		await accepts(Number(NetworkSettings.Ports[port]?.[0]?.HostPort), signal);
	};

	try {
		return await timed(async () => {
			await docker.createNetwork({Name: network});
			await Promise.all(names.map(startOne));
		});
	} finally {
		await Promise.all(names.map(name => docker.getContainer(container(name)).remove({force: true})));
		await docker.getNetwork(network).remove();
	}
};
