// The whole file: one source for its types, its checks and the published JSON Schema.
import {z} from 'zod';
import {service} from './service.ts';
import {fault, gateway, ingressHost, policies, route} from './traffic.ts';
import {filledText, flag} from './values.ts';

export const mesh = z.strictObject(
	{
		version: z.literal(1, {error: '1, the only version of this file so far'}).optional(),
		name: filledText.meta({description: "Default: the folder's name."}).optional(),
		runtime: z.enum(['auto', 'docker', 'process'], {error: 'auto, docker or process'}).optional(),
		seed: z.int({error: 'a whole number'}).meta({description: 'What every draw starts from.'}).optional(),
		services: z.record(filledText, service, {error: 'services by name'}),
		routes: z.array(route, {error: 'a list of routes'}).optional(),
		faults: z.array(fault, {error: 'a list of faults'}).optional(),
		policies: policies.optional(),
		gateway: gateway.optional(),
		ingress: z.array(ingressHost, {error: 'a list of hosts'}).optional(),
		observability: z
			.strictObject({
				prometheus: flag.optional(),
				grafana: flag.optional(),
				jaeger: z
					.union([z.boolean(), z.strictObject({sampling: z.number().min(0).max(100).optional()})], {
						error: 'true, false or { sampling: 100 }',
					})
					.optional(),
			})
			.optional(),
	},
	{error: 'keys with their values, such as services:'},
);

export type MeshInput = z.output<typeof mesh>;
