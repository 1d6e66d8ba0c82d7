// What is to be known of a tool to run it, as a process or in a container.

/** Where a tool lives, as it sees it itself. */
export interface ToolPlace {
	/** Absolute; holds its templates and texts. */
	readonly folder: string;
	/** Absolute; for what it gathers. */
	readonly data: string;
	/** Where its pages are to be served. */
	readonly pages: ToolAddress;
	/** Whatever else it listens at, by the names of its recipe. */
	readonly others: Readonly<Record<string, ToolAddress>>;
	/** Base URLs of the tools that come with the mesh, too. */
	readonly prometheusUrl: string | undefined;
	readonly jaegerUrl: string | undefined;
	/** Where the metrics of the mesh are to be had, as `host:port`, and what must be shown for them; undefined for a tool that does not gather them. */
	readonly metrics: {readonly target: string; readonly token: string} | undefined;
}

export interface ToolAddress {
	readonly host: string;
	readonly port: number;
}

/** A program that this machine has. */
export interface ToolProgram {
	/** Absolute. */
	readonly path: string;
	/** One of the recipe's homes, absolute; undefined when there is none. */
	readonly home: string | undefined;
}

export interface ToolFile {
	/** Within the tool's folder. */
	readonly path: string;
	readonly content: ToolContent;
}

export type ToolContent =
	/** A file of `templates/`, as it is. */
	{readonly kind: 'template'; readonly path: string} | {readonly kind: 'text'; readonly text: string};

export interface ToolRecipe {
	/** By which it is found on the PATH; the first that is there is taken. */
	readonly programs: readonly string[];
	/** Where what the program needs may lie, seen from its own folder; the first that exists is taken. Absent: it needs nothing. */
	readonly homes?: readonly string[];
	/** Where it keeps what it gathers in its image. */
	readonly dataInImage: string;
	/** What it listens at in a container. */
	readonly ports: {readonly pages: number} & Readonly<Record<string, number>>;
	/** Answers with a status below 400 once it is ready. */
	readonly readyPath: string;
	readonly files: (place: ToolPlace) => readonly ToolFile[];
	/** Without the program, which an image knows by itself. */
	readonly args: (place: ToolPlace, program?: ToolProgram) => readonly string[];
	readonly env: (place: ToolPlace) => Readonly<Record<string, string>>;
}

/** As programs take it. */
export const hostAndPort = ({host, port}: ToolAddress): string => `${host}:${port}`;

export const template = (path: string): ToolContent => ({kind: 'template', path});
export const text = (content: string): ToolContent => ({kind: 'text', text: content});
