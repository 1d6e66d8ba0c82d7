// A service of the mesh, and a version of one.
import {z} from 'zod';
import {command, duration, filledText, flag, namesOf, port, serviceName, size, text} from './values.ts';

const health = z.strictObject(
	{
		http: z
			.string({error: 'a path, such as /health'})
			.startsWith('/', 'a path that starts with /')
			.meta({description: 'Ready when it answers with a status below 400.'})
			.optional(),
		tcp: flag.meta({description: 'true: ready when the port accepts a connection.'}).optional(),
		command: command.meta({description: 'Ready when it exits with 0.'}).optional(),
		log: text.meta({description: 'Ready when a line of its output has a match for this RE2 expression.'}).optional(),
		interval: duration.meta({description: 'Between two questions once ready. Default: 5s.'}).optional(),
		timeout: duration.meta({description: 'For one question. Default: 1s.'}).optional(),
		failures: z
			.int({error: 'a whole number'})
			.min(1, 'at least 1')
			.meta({description: 'In a row until it counts as unready. Default: 3.'})
			.optional(),
		startTimeout: duration.meta({description: 'How long a start may take. Default: 60s.'}).optional(),
	},
	{error: 'a health check, such as { http: /health }'},
);

const environment = z.record(
	filledText,
	z.union([z.string(), z.number(), z.boolean()], {error: 'a text, a number, true or false'}).transform(String),
	{error: 'names with their values, such as { LEVEL: debug }'},
);

const resources = z.strictObject({
	cpus: z.number({error: 'a number of CPUs, such as 0.5'}).gt(0, 'more than 0').optional(),
	memory: size.optional(),
});

const build = z.union(
	[
		filledText,
		z.strictObject({
			context: filledText,
			dockerfile: filledText.meta({description: 'Relative to the context. Default: Dockerfile.'}).optional(),
			target: filledText.optional(),
			args: environment.optional(),
		}),
	],
	{error: 'a folder, or { context: ./app, args: { BASE: alpine } }'},
);

/** What a service says for all of its versions, and each version for itself. */
const settings = {
	command: command.optional(),
	workdir: text.meta({description: 'Relative to the config file. Default: its folder.'}).optional(),
	env: environment
		.meta({description: 'May hold {{service.url}}, {{service.host}}, {{service.port}} and {{port}}.'})
		.optional(),
	health: health.optional(),
	appPort: port
		.meta({description: 'Where the app itself listens. Default: a free port, handed over as PORT.'})
		.optional(),
	replicas: z.int({error: 'a whole number'}).min(0, 'at least 0').max(100, 'at most 100').optional(),
	job: flag.meta({description: 'Runs once and is done when it exits with 0.'}).optional(),
	restart: z.enum(['always', 'on-failure', 'no'], {error: 'always, on-failure or no'}).optional(),
	stopGrace: duration.meta({description: 'How long it may take to stop before it is killed. Default: 10s.'}).optional(),
	image: filledText.meta({description: 'For the Docker runtime.'}).optional(),
	build: build.meta({description: 'For the Docker runtime: the folder to build.'}).optional(),
	resources: resources.optional(),
};

export const version = z.strictObject(settings, {error: 'a version, such as { command: node app.js }'});

const protocol = z.enum(['http', 'tcp', 'tls', 'auto'], {error: 'http, tcp, tls or auto'}).meta({
	description: "tls: the app's own, passed through as it is. auto: told by the first bytes of each connection.",
});

const otherPort = z.strictObject({
	port: port.meta({description: 'What callers dial.'}),
	protocol: z
		.enum([...protocol.options, 'udp'], {error: 'http, tcp, tls, auto or udp'})
		.meta({description: 'udp: datagrams, relayed as they are.'})
		.optional(),
	appPort: port
		.meta({
			description:
				'Where the app listens for it. Default: the same in a container; else a free port, handed over as PORT_<port>, for udp PORT_<port>_UDP.',
		})
		.optional(),
});

// As with published ports: a number, or what is said of it.
const ports = z
	.array(
		z.union([port.transform((number): z.output<typeof otherPort> => ({port: number})), otherPort], {
			error: 'a port from 1 to 65535, or { port: 9000, protocol: tcp }',
		}),
		{error: 'a list of ports, such as [9000, { port: 9001, protocol: tcp }]'},
	)
	.max(50, 'at most 50 of them');

const conditions = z.enum(['started', 'healthy', 'completed'], {error: 'started, healthy or completed'});

export const service = z.strictObject(
	{
		port: port.meta({description: 'What callers dial.'}).optional(),
		protocol: protocol.optional(),
		ports: ports
			.meta({
				description: 'More ports at which it is called. Without `port`, the first of them takes its place.',
			})
			.optional(),
		sidecar: flag.meta({description: 'false: no proxy beside it. Default: true.'}).optional(),
		runtime: z.enum(['auto', 'docker', 'process'], {error: 'auto, docker or process'}).optional(),
		dependsOn: z
			.union([z.array(serviceName), z.record(filledText, conditions)], {
				error: 'a list of services, or services with their conditions, such as { db: healthy }',
			})
			.optional(),
		versions: namesOf(version, 50, 'versions by name, such as { v1: { command: node app.js } }').optional(),
		external: text
			.meta({description: 'The address of a service outside the mesh, such as https://api.example.com.'})
			.optional(),
		...settings,
	},
	{error: 'a service, such as { port: 8080, command: node app.js }'},
);

export type ServiceInput = z.output<typeof service>;
export type PortInput = z.output<typeof otherPort>;
export type BuildInput = z.output<typeof build>;
export type VersionInput = z.output<typeof version>;
export type HealthInput = z.output<typeof health>;
