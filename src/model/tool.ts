// The tools that come with a mesh: they gather and show what passes through it.

export const toolNames = ['prometheus', 'grafana', 'jaeger'] as const;
export type ToolName = (typeof toolNames)[number];

/** For the Docker runtime, unless the config names another one. */
export const toolImages: Readonly<Record<ToolName, string>> = {
	prometheus: 'prom/prometheus:v3.13.1',
	grafana: 'grafana/grafana:13.2.0',
	jaeger: 'jaegertracing/jaeger:2.21.0',
};

export interface ToolConfig {
	/** For the Docker runtime: the image to run, with its version. Undefined: the one that this version of devmesh was made for. */
	readonly image: string | undefined;
}

/**
 * `starting` until its pages answer; `ready`; `missing` when the machine has no program of it; `failed` while it does not run though it
 * should.
 */
export type ToolState = 'starting' | 'ready' | 'missing' | 'failed';

export interface ToolStatus {
	readonly tool: ToolName;
	readonly state: ToolState;
	/** Where its pages are, such as `http://127.0.0.1:20011/grafana/`. */
	readonly url: string;
	/** Why it is missing or has failed. */
	readonly note?: string;
	readonly remedy?: string;
}

/** Whether an instance is a tool: those of services end with a number. */
export const isTool = (id: string): id is ToolName => (toolNames as readonly string[]).includes(id);
