// The order of the folders and the one-door rules. They are the design: change the code, not these.

/** From low to high: a folder imports only from folders of a lower rank, and of its own. */
export const ranks: readonly (readonly string[])[] = [
	['common'],
	['http'],
	['http1', 'routing', 'filters', 'pki', 'telemetry'],
	['model'],
	['config', 'dataplane', 'runtime'],
	['interop', 'control', 'sidecar'],
	['admin', 'console'],
	['mesh'],
	['testing', 'cli'],
];

/** Pairs that the ranks would allow: the planes meet in the snapshot only. */
export const strangers: readonly (readonly [from: string, to: string])[] = [['control', 'dataplane']];

export interface Door {
	/** What stands behind it, in words. */
	readonly what: string;
	/** The specifiers that it is about. */
	readonly isBehind: (specifier: string) => boolean;
	/** Where they may be imported: prefixes of paths within src/. */
	readonly allowed: readonly string[];
}

const named =
	(...names: readonly string[]) =>
	(specifier: string): boolean =>
		names.some(name => specifier === name || specifier.startsWith(`${name}/`));

export const doors: readonly Door[] = [
	{
		what: 'HTTP engines',
		isBehind: named('undici', 'node:http', 'node:https', 'node:http2', 'http', 'https', 'http2'),
		allowed: ['dataplane/engine/', 'admin/'],
	},
	{
		what: 'sockets',
		isBehind: named('node:net', 'node:tls', 'net', 'tls'),
		allowed: ['dataplane/', 'pki/', 'sidecar/', 'control/', 'runtime/ask-app'],
	},
	{
		what: 'making certificates',
		isBehind: specifier => named('selfsigned')(specifier) || specifier.startsWith('@peculiar/'),
		allowed: ['pki/'],
	},
	{what: 'packets of DNS', isBehind: named('dns-packet'), allowed: ['sidecar/']},
	{what: 'YAML', isBehind: named('yaml'), allowed: ['config/']},
	{what: 'watching files', isBehind: named('chokidar'), allowed: ['mesh/']},
	{
		what: 'the terminal',
		isBehind: specifier => specifier.startsWith('@oclif/') || named('listr2')(specifier),
		allowed: ['cli/'],
	},
	{
		what: 'the API framework',
		isBehind: specifier => specifier.startsWith('@hono/') || named('hono')(specifier),
		allowed: ['admin/'],
	},
	{
		what: 'the words of OpenTelemetry',
		isBehind: specifier => specifier.startsWith('@opentelemetry/'),
		allowed: ['control/spans/'],
	},
	{what: 'the reverse proxy of the tools', isBehind: named('http-proxy-middleware'), allowed: ['admin/']},
	{what: 'timers', isBehind: named('node:timers', 'timers'), allowed: ['common/']},
	{what: 'the Docker engine', isBehind: named('dockerode', 'docker-modem', 'tar-stream'), allowed: ['runtime/docker/']},
	{what: 'regular expressions of users', isBehind: named('re2js'), allowed: ['http/', 'config/', 'runtime/']},
	{what: 'shapes', isBehind: named('zod'), allowed: ['http/', 'filters/', 'config/', 'admin/', 'cli/']},
];

export interface Ban {
	readonly what: string;
	/** Found in the code without comments. */
	readonly pattern: RegExp;
	readonly allowed: readonly string[];
	readonly instead: string;
}

export const bans: readonly Ban[] = [
	{
		what: 'the environment',
		pattern: /\bprocess\.env\b|\benv\b[^;{}]*\}\s*(?:=\s*process\b|from\s*['"](?:node:)?process['"])/,
		allowed: ['cli/', 'sidecar/settings.ts'],
		instead: 'take what you need as an argument',
	},
	{
		what: 'the machine’s time',
		pattern: /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/,
		allowed: ['common/'],
		instead: 'take a Clock',
	},
	{what: 'chance', pattern: /\bMath\.random\b/, allowed: ['common/'], instead: 'take a Random'},
	{
		what: 'timers',
		pattern: /(?<![.\w])set(?:Timeout|Interval)\b|\bAbortSignal\.timeout\b/,
		allowed: ['common/'],
		instead: 'take a Clock',
	},
	{
		what: 'state of a module',
		pattern: /^(?:export\s+)?(?:let|var)\s/m,
		allowed: [],
		instead: 'keep it in a closure that somebody owns',
	},
];
