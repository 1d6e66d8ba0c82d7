// Turns a checked file into the mesh's config: units as numbers, everything named that was left out.
import path from 'node:path';
import type {MeshConfig, ObservabilityConfig, PoliciesConfig} from '../model/mesh-config.ts';
import {buildService} from './build-service.ts';
import {buildCallRule, buildFault, buildHost, buildRoute} from './build-traffic.ts';
import type {PlaceOf} from './place-of.ts';
import type {MeshInput} from './schema/mesh.ts';

export interface BuildContext {
	/** Absolute. */
	readonly folder: string;
	readonly placeOf: PlaceOf;
	/** As the file has them. */
	readonly services: MeshInput['services'];
}

const defaultHttpPort = 8080;
const defaultHttpsPort = 8443;

/** Builds the config of a file in which the rules found no error. */
export const buildConfig = (input: MeshInput, place: Omit<BuildContext, 'services'>): MeshConfig => {
	const context = {...place, services: input.services};
	const name = input.name ?? nameOfFolder(context.folder);
	return {
		name,
		folder: context.folder,
		runtime: input.runtime ?? 'auto',
		seed: input.seed ?? seedOf(name),
		services: Object.entries(input.services).map(([service, settings]) => buildService(service, settings, context)),
		routes: (input.routes ?? []).map((route, index) => buildRoute(route, index, input, context)),
		faults: (input.faults ?? []).map((fault, index) => ({
			...buildFault(fault, `faults[${index}]`),
			place: context.placeOf(['faults', index]),
		})),
		policies: buildPolicies(input, context),
		gateway: {
			httpPort: input.gateway?.httpPort ?? defaultHttpPort,
			httpsPort: input.gateway?.httpsPort ?? defaultHttpsPort,
			hosts: (input.ingress ?? []).map((host, index) => ({
				...buildHost(host),
				place: context.placeOf(['ingress', index]),
			})),
		},
		observability: buildObservability(input),
	};
};

/** Names a mesh after its folder: lower-case letters, digits and dashes. */
export const nameOfFolder = (folder: string): string =>
	path
		.basename(folder)
		.toLowerCase()
		.replaceAll(/[^a-z0-9]+/g, '-')
		.replaceAll(/^-|-$/g, '') || 'mesh';

const buildPolicies = ({policies}: MeshInput, {placeOf}: BuildContext): PoliciesConfig => ({
	mtls: policies?.mtls ?? 'strict',
	authorization: (policies?.authorization ?? []).map(({to, allow}, index) => ({
		to,
		allow: allow.map(buildCallRule),
		place: placeOf(['policies', 'authorization', index]),
	})),
});

const buildObservability = ({observability}: MeshInput): ObservabilityConfig => {
	const jaeger = observability?.jaeger ?? false;
	return {
		prometheus: observability?.prometheus ?? false,
		grafana: observability?.grafana ?? false,
		jaeger: jaeger === false ? false : {sampling: (jaeger === true ? undefined : jaeger.sampling) ?? 100},
	};
};

/** A number made of the name, so that two runs of one mesh agree. FNV-1a. */
const seedOf = (name: string): number =>
	[...name].reduce((hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193), 0x811c9dc5) >>> 0;
