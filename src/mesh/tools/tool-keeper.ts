// Runs the tools that come with the mesh. Nobody waits for them, and what goes wrong with them is told and no more.
import {rm} from 'node:fs/promises';
import path from 'node:path';
import {gatewaySidecar} from '../../control/instances.ts';
import {apiKey, toolKey} from '../../control/port-keys.ts';
import {desiredTool, type ToolHome} from '../../control/tools/desired-tool.ts';
import {spansPath} from '../../control/tools/jaeger.ts';
import {toolRecipes, toolsOf} from '../../control/tools/tool-recipes.ts';
import type {MeshConfig} from '../../model/mesh-config.ts';
import {isTool, type ToolName, type ToolStatus, toolImages, toolNames} from '../../model/tool.ts';
import {adviceOf} from '../../runtime/advice-of.ts';
import {findBeside, findProgram} from '../../runtime/find-program.ts';
import type {RuntimeEvent} from '../../runtime/runtime.ts';
import {coalesce} from '../coalesce.ts';
import type {MeshParts} from '../mesh-parts.ts';
import {hasContainers} from '../prepare-containers.ts';
import {createMetricsDoor} from './metrics-door.ts';
import {writeToolFiles} from './write-tool-files.ts';

export interface ToolKeeper {
	/** Starts, replaces and stops tools as a config says; returns at once. */
	readonly keep: (config: MeshConfig) => void;
	/** Of those that the config asks for. */
	readonly statuses: () => readonly ToolStatus[];
	/** Where the pages of a tool really are; or why it has none. */
	readonly pagesOf: (tool: ToolName) => {readonly url: string} | {readonly problem: string};
	/** Where the Jaeger of the mesh takes spans; undefined when there is none. */
	readonly spansUrl: () => string | undefined;
	/** Stops all of them. */
	readonly stop: () => Promise<void>;
	/** Leaves them running. */
	readonly close: () => Promise<void>;
}

export interface ToolKeeperTools {
	/** In Prometheus' text format. */
	readonly readMetrics: () => Promise<string>;
	/** Something is to be said of a tool that was not before. */
	readonly onChange: (status: ToolStatus) => void;
}

type Note = Pick<ToolStatus, 'state' | 'note' | 'remedy'>;

/** Creates the keeper; no tool is started before `keep`. */
export const createToolKeeper = (parts: MeshParts, {readMetrics, onChange}: ToolKeeperTools): ToolKeeper => {
	const {runtime, containers, ports, options, placesOf} = parts;
	const notes = new Map<ToolName, Note>();
	const metrics = createMetricsDoor(parts, readMetrics);
	let current: MeshConfig | undefined;
	let isOver = false;

	const folderOf = (tool: ToolName): string => path.join(options.state.tools, tool);
	const statusOf = (tool: ToolName, note: Note): ToolStatus => ({
		tool,
		url: `http://127.0.0.1:${ports.portOf(apiKey)}/${tool}/`,
		...note,
	});
	const note = (tool: ToolName, now: Note): void => {
		const before = notes.get(tool);
		if (!isOver && (before?.state !== now.state || before.note !== now.note)) {
			notes.set(tool, now);
			onChange(statusOf(tool, now));
		}
	};

	const isRunning = (tool: ToolName): boolean => runtime.observe().instances.some(({id}) => id === tool);
	const isWanted = (tool: ToolName): boolean =>
		!isOver && current !== undefined && toolsOf(current.observability).includes(tool);

	/** Undefined: this machine has none. */
	const homeOf = async (tool: ToolName, config: MeshConfig): Promise<ToolHome | undefined> => {
		if (hasContainers(config)) {
			const places = placesOf(config);
			return {
				kind: 'container',
				addressOf: places.toolAddress,
				gateway: places.addressOf(gatewaySidecar),
				templateFile: template => path.join(options.templates, template),
			};
		}

		const {programs, homes = []} = toolRecipes[tool];
		const program = await findProgram(programs, options.environment['PATH']);
		return program === undefined
			? undefined
			: {kind: 'process', program: {path: program, home: await findBeside(program, homes)}};
	};

	const start = async (tool: ToolName, config: MeshConfig): Promise<void> => {
		const home = await homeOf(tool, config);
		if (!home) {
			note(tool, missing(tool));
			await stop(tool);
			return;
		}

		const metricsToken = tool === 'prometheus' ? await metrics.open() : undefined;
		const {portOf} = ports;
		const {instance, files} = desiredTool(tool, config.observability, {portOf, folderOf, metricsToken, home});
		const known = runtime.observe().instances.find(({id}) => id === tool);
		if (known?.digest === instance.digest && known.pid !== 0) {
			note(tool, noteOf(known) ?? {state: 'starting'});
			return;
		}

		note(tool, {state: 'starting'});
		await stop(tool);
		if (home.kind === 'process') {
			await writeToolFiles(folderOf(tool), files, options.templates);
		} else {
			await containers.open();
		}

		// It took a while.
		if (isWanted(tool)) {
			await runtime.start(instance);
		}
	};

	const stop = async (tool: ToolName): Promise<void> => {
		if (isRunning(tool)) {
			await runtime.stop(tool);
		}
	};

	const applies = new Map(
		toolNames.map(tool => [
			tool,
			coalesce(async () => {
				try {
					if (current && isWanted(tool)) {
						await start(tool, current);
						return;
					}

					await stop(tool);
					notes.delete(tool);
					if (tool === 'prometheus') {
						await metrics.close();
					}
				} catch (error) {
					const {message} = error as Error;
					note(tool, {state: 'failed', note: message, ...remedyOf(error)});
					options.log.write('warn', 'a tool does not run', {tool, error: message});
				}
			}),
		]),
	);
	const applyAll = (): Promise<unknown> => Promise.all([...applies.values()].map(apply => apply()));

	const stopHearing = runtime.on(event => {
		if (event.kind === 'instance' && isTool(event.id) && isWanted(event.id)) {
			const now = noteOf(event);
			if (now) {
				note(event.id, now);
			}
		}
	});

	return {
		keep: config => {
			current = config;
			void applyAll();
		},
		statuses: () =>
			toolNames.flatMap(tool => {
				const known = notes.get(tool);
				return known ? [statusOf(tool, known)] : [];
			}),
		pagesOf: tool => {
			const known = notes.get(tool);
			return known?.state === 'ready'
				? {url: `http://127.0.0.1:${ports.portOf(toolKey(tool, 'pages'))}`}
				: {problem: known ? (known.note ?? 'it is starting') : 'the config does not ask for it under `observability`'};
		},
		spansUrl: () => {
			const known = notes.get('jaeger');
			return known && known.state !== 'missing'
				? `http://127.0.0.1:${ports.portOf(toolKey('jaeger', 'spans'))}${spansPath}`
				: undefined;
		},
		stop: async () => {
			isOver = true;
			stopHearing();
			// Also what is just being started.
			await Promise.all(toolNames.map(tool => runtime.stop(tool)));
			await applyAll();
			await rm(options.state.tools, {recursive: true, force: true});
		},
		close: async () => {
			isOver = true;
			stopHearing();
			await metrics.close();
		},
	};
};

const missing = (tool: ToolName): Note => {
	const {programs} = toolRecipes[tool];
	return {
		state: 'missing',
		note:
			programs.length === 1 ? `${programs[0]} is not on the PATH` : `neither ${programs.join(' nor ')} is on the PATH`,
		remedy: `Install it, or take it out of \`observability\`; with services in containers, devmesh runs ${toolImages[tool]}.`,
	};
};

const remedyOf = (error: unknown): Pick<Note, 'remedy'> => {
	const {advice} = adviceOf(error as Error);
	return advice ? {remedy: advice.remedy} : {};
};

type Told = Pick<Extract<RuntimeEvent, {readonly kind: 'instance'}>, 'id' | 'state' | 'note' | 'advice'>;

/** Undefined for what is said already. */
const noteOf = ({id, state, note, advice}: Told): Note | undefined => {
	switch (state) {
		case 'ready':
			return {state: 'ready'};
		case 'starting':
			return {state: 'starting'};
		case 'restarting':
		case 'failed':
			return {
				state: 'failed',
				note: note ?? 'it does not become ready',
				remedy: advice?.remedy ?? `\`devmesh logs ${id}\` shows what it printed.`,
			};
		default:
			return undefined;
	}
};
