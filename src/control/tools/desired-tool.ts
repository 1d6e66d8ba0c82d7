// Says how a tool is run. Pure: same config, ports and machine, same answer.
import {createHash} from 'node:crypto';
import path from 'node:path';
import {ms} from '../../common/units.ts';
import type {ContainerConfig} from '../../model/container-config.ts';
import type {DesiredInstance} from '../../model/desired-state.ts';
import type {HealthConfig, ObservabilityConfig} from '../../model/mesh-config.ts';
import {podPorts} from '../../model/pod.ts';
import {type ToolName, toolImages} from '../../model/tool.ts';
import {metricsKey, toolKey} from '../port-keys.ts';
import type {ToolFile, ToolPlace, ToolProgram} from './tool-recipe.ts';
import {toolRecipes, toolsOf} from './tool-recipes.ts';

export interface ToolMachine {
	readonly portOf: (key: string) => number;
	/** The folder of a tool on the host, absolute. */
	readonly folderOf: (tool: ToolName) => string;
	/** What must be shown for the metrics; undefined for a tool that does not gather them. */
	readonly metricsToken: string | undefined;
	readonly home: ToolHome;
}

export type ToolHome =
	| {readonly kind: 'process'; readonly program: ToolProgram}
	| {
			readonly kind: 'container';
			/** In the mesh's network. */
			readonly addressOf: (tool: ToolName) => string;
			readonly gateway: string;
			/** A template's file on the host. */
			readonly templateFile: (template: string) => string;
	  };

export interface DesiredTool {
	readonly instance: DesiredInstance;
	/** To be written into its folder on the host before it starts; none for a container, which is given its own. */
	readonly files: readonly ToolFile[];
}

const folderInContainer = '/devmesh/tool';

// Their pages may be slow while they read what they kept.
const health = (readyPath: string): HealthConfig => ({
	probe: {kind: 'http', path: readyPath},
	intervalMs: ms(5000),
	timeoutMs: ms(2000),
	failures: 3,
	startTimeoutMs: ms(60_000),
});

/** Gives the instance to run. */
export const desiredTool = (tool: ToolName, observability: ObservabilityConfig, machine: ToolMachine): DesiredTool => {
	const recipe = toolRecipes[tool];
	const {home, portOf, folderOf} = machine;
	const place = placeOf(tool, observability, machine);
	const files = recipe.files(place);
	const program = home.kind === 'process' ? home.program : undefined;
	const settings = {
		command: program ? [program.path, ...recipe.args(place, program)] : [],
		workdir: folderOf(tool),
		env: recipe.env(place),
		health: health(recipe.readyPath),
		job: false,
		restart: 'always' as const,
		stopGraceMs: ms(5000),
		...(home.kind === 'container' && {
			container: containerOf(imageOf(tool, observability), recipe.args(place), files, home.templateFile),
			tool: {
				address: home.addressOf(tool),
				published: Object.entries(recipe.ports).map(([name, inside]) => ({inside, port: portOf(toolKey(tool, name))})),
			},
		}),
	};
	return {
		files: home.kind === 'process' ? files : [],
		instance: {
			id: tool,
			service: tool,
			version: 'default',
			...settings,
			appPort: portOf(toolKey(tool, 'pages')),
			dependsOn: [],
			digest: createHash('sha256')
				.update(JSON.stringify([settings, files]))
				.digest('hex')
				.slice(0, 16),
		},
	};
};

const placeOf = (tool: ToolName, observability: ObservabilityConfig, machine: ToolMachine): ToolPlace => {
	const {home, portOf, folderOf, metricsToken} = machine;
	const {ports, dataInImage} = toolRecipes[tool];
	const isContainer = home.kind === 'container';
	const addressOf = (port: string) =>
		isContainer ? {host: '0.0.0.0', port: ports[port] ?? 0} : {host: '127.0.0.1', port: portOf(toolKey(tool, port))};
	const urlOf = (other: ToolName): string | undefined => {
		if (!toolsOf(observability).includes(other)) {
			return undefined;
		}

		return isContainer
			? `http://${home.addressOf(other)}:${toolRecipes[other].ports.pages}/${other}`
			: `http://127.0.0.1:${portOf(toolKey(other, 'pages'))}/${other}`;
	};

	return {
		folder: isContainer ? folderInContainer : folderOf(tool),
		data: isContainer ? dataInImage : path.join(folderOf(tool), 'data'),
		pages: addressOf('pages'),
		others: Object.fromEntries(Object.keys(ports).map(name => [name, addressOf(name)])),
		prometheusUrl: urlOf('prometheus'),
		jaegerUrl: urlOf('jaeger'),
		metrics:
			metricsToken === undefined
				? undefined
				: {
						target: isContainer ? `${home.gateway}:${podPorts.metrics}` : `127.0.0.1:${portOf(metricsKey)}`,
						token: metricsToken,
					},
	};
};

const imageOf = (tool: ToolName, {[tool]: config}: ObservabilityConfig): string =>
	(config === false ? undefined : config.image) ?? toolImages[tool];

const containerOf = (
	image: string,
	command: readonly string[],
	files: readonly ToolFile[],
	templateFile: (template: string) => string,
): ContainerConfig => ({
	image,
	pull: 'missing',
	command,
	init: false,
	tty: false,
	stdinOpen: false,
	readOnly: false,
	privileged: false,
	mounts: [],
	files: files.map(({path: name, content}) => ({
		target: `${folderInContainer}/${name}`,
		source:
			content.kind === 'text' ? {kind: 'text', text: content.text} : {kind: 'file', path: templateFile(content.path)},
	})),
	ports: [],
	labels: {},
	capAdd: [],
	capDrop: ['ALL'],
	devices: [],
	extraHosts: [],
	groupAdd: [],
	securityOpt: ['no-new-privileges'],
	sysctls: {},
});
