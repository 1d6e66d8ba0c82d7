// Turns a checked file into the mesh's config: units as numbers, everything named that was left out.
import path from 'node:path';
import type {AuthorizationConfig, MeshConfig, ObservabilityConfig, PoliciesConfig} from '../model/mesh-config.ts';
import type {ToolConfig} from '../model/tool.ts';
import {buildService} from './build-service.ts';
import {buildCallRule, buildFault, buildHost, buildRoute} from './build-traffic.ts';
import type {ComposeReading} from './compose-reader.ts';
import type {PlaceOf} from './place-of.ts';
import type {MeshInput} from './schema/mesh.ts';
import {type ComposedServices, composedServices, takeComposed} from './take-composed.ts';

export interface BuildContext {
	/** Absolute. */
	readonly folder: string;
	readonly placeOf: PlaceOf;
	/** As the file has them, on top of compose's. */
	readonly services: MeshInput['services'];
	readonly composed: ComposedServices;
}

export interface ConfigOrigin extends Pick<BuildContext, 'folder' | 'placeOf'> {
	/** What was taken over from compose files. */
	readonly reading?: ComposeReading;
}

const defaultHttpPort = 8080;
const defaultHttpsPort = 8443;

/** Builds the config of a file in which the rules found no error. */
export const buildConfig = (own: MeshInput, {folder, placeOf, reading}: ConfigOrigin): MeshConfig => {
	const composed = composedServices(reading);
	const input = takeComposed(own, composed);
	const context: BuildContext = {folder, placeOf, services: input.services, composed};
	const name = own.name ?? nameOfFolder(reading?.name ?? folder);
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
		policies: buildPolicies(input, context, reading),
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

const buildPolicies = (
	{policies, services}: MeshInput,
	{placeOf, composed}: BuildContext,
	reading: ComposeReading | undefined,
): PoliciesConfig => {
	const own = (policies?.authorization ?? []).map(
		({to, allow}, index): AuthorizationConfig => ({
			to,
			allow: allow.map(buildCallRule),
			place: placeOf(['policies', 'authorization', index]),
		}),
	);
	const named = new Set(own.map(({to}) => to));
	// Services that only the mesh knows have no networks, so they may call all.
	const added = Object.keys(services).filter(name => !composed.has(name));
	const taken = (reading?.authorization ?? []).filter(
		({to}) => !named.has(to) && services[to]?.sidecar !== false && services[to]?.external === undefined,
	);
	return {
		mtls: policies?.mtls ?? 'strict',
		authorization: [
			...own,
			...taken.map(({allow, ...rest}) => ({
				...rest,
				allow: allow.map(rule => ({...rule, ...(rule.from && {from: [...rule.from, ...added]})})),
			})),
		],
	};
};

const buildTool = (tool: boolean | {readonly image?: string | undefined}): ToolConfig | false =>
	tool === false ? false : {image: tool === true ? undefined : tool.image};

const buildObservability = ({observability}: MeshInput): ObservabilityConfig => {
	const jaeger = observability?.jaeger ?? false;
	return {
		prometheus: buildTool(observability?.prometheus ?? Boolean(observability?.grafana)),
		grafana: buildTool(observability?.grafana ?? false),
		jaeger:
			jaeger === false
				? false
				: {
						sampling: (jaeger === true ? undefined : jaeger.sampling) ?? 100,
						url: jaeger === true ? undefined : jaeger.url,
						image: jaeger === true ? undefined : jaeger.image,
					},
		otlp: observability?.otlp,
		accessLog: observability?.accessLog ?? 'json',
	};
};

/** A number made of the name, so that two runs of one mesh agree. FNV-1a. */
const seedOf = (name: string): number =>
	[...name].reduce((hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193), 0x811c9dc5) >>> 0;
