// The whole file: one source for its types, its checks and the published JSON Schema.
import {z} from 'zod';
import {toolImages} from '../../model/tool.ts';
import {service} from './service.ts';
import {fault, gateway, ingressHost, policies, route} from './traffic.ts';
import {filledText, flag, httpUrl, listOf, listUpTo, namesOf} from './values.ts';

const imageOf = (example: string) =>
	filledText.optional().meta({description: `The image to run in the Docker runtime, such as ${example}.`});

const tool = (image: string) =>
	z.union([flag, z.strictObject({image: imageOf(image)})], {error: `true, false or { image: "${image}" }`});

export const mesh = z.strictObject(
	{
		version: z.literal(1, {error: '1, the only version of this file so far'}).optional(),
		name: filledText.meta({description: "Default: the folder's name."}).optional(),
		runtime: z.enum(['auto', 'docker', 'process'], {error: 'auto, docker or process'}).optional(),
		seed: z.int({error: 'a whole number'}).meta({description: 'What every draw starts from.'}).optional(),
		compose: listOf(filledText, 'a path, or a list of paths')
			.meta({
				description:
					'Compose files whose services are taken over. Relative to this file; later ones are laid over earlier ones.',
			})
			.optional(),
		profiles: listOf(filledText, 'a profile, or a list of profiles')
			.meta({description: 'Of the compose files: services with one of these run, too.'})
			.optional(),
		services: namesOf(service, 500, 'services by name, such as { web: { port: 8080, command: node app.js } }').default(
			{},
		),
		routes: listUpTo(route, 2000, 'a list of routes').optional(),
		faults: listUpTo(fault, 500, 'a list of faults').optional(),
		policies: policies.optional(),
		gateway: gateway.optional(),
		ingress: listUpTo(ingressHost, 500, 'a list of hosts').optional(),
		observability: z
			.strictObject({
				prometheus: tool(toolImages.prometheus).optional(),
				grafana: tool(toolImages.grafana).optional(),
				jaeger: z
					.union(
						[
							z.boolean(),
							z.strictObject({
								sampling: z
									.number({error: 'a percentage from 0 to 100'})
									.min(0, 'a percentage from 0 to 100')
									.max(100, 'a percentage from 0 to 100')
									.optional()
									.meta({description: 'The share of new traces that are sampled, in percent. Default: 100.'}),
								image: imageOf(toolImages.jaeger),
								url: httpUrl.optional().meta({
									description:
										'Of a Jaeger that runs already: where it takes Thrift over HTTP, such as http://127.0.0.1:14268/api/traces.',
								}),
							}),
						],
						{
							error: 'true, false or { sampling: 100 }',
						},
					)
					.optional(),
				otlp: httpUrl
					.optional()
					.meta({description: 'Where spans are sent over OTLP/HTTP, such as http://127.0.0.1:4318.'}),
				accessLog: z
					.enum(['json', 'text', 'off'], {error: 'json, text or off'})
					.optional()
					.meta({description: "How each request is logged: as JSON, in Envoy's text format, or not. Default: json."}),
			})
			.optional(),
	},
	{error: 'keys with their values, such as services:'},
);

export type MeshInput = z.output<typeof mesh>;

/** The file as its author writes it. */
export type MeshFile = z.input<typeof mesh>;
