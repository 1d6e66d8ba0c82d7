// `npm run bench`: measures devmesh beside other proxies and writes bench/results.md. `-- --only <part>`, `--quick`, `--json`.
import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {repository} from '../test/support/user.ts';
import {readCores} from './cores.ts';
import {explainMissing} from './needs.ts';
import {type PartName, partNamed, partNames} from './parts.ts';
import {readOptions} from './read-options.ts';
import {type Conditions, renderConditions, watchConditions} from './report/conditions.ts';
import {head} from './report/head.ts';
import {replaceSections} from './report/sections.ts';
import {createScope} from './scope.ts';
import {within} from './within.ts';

type Outcome = {readonly conditions: Conditions} & (
	| {readonly kind: 'measured'; readonly result: unknown}
	| {readonly kind: 'failed'; readonly reason: string}
);

// The longest part takes four minutes.
const limitMs = 6 * 60_000;
// What runs when a part is given up, such as a start of containers, is waited for.
const graceMs = 30_000;
const resultsFile = path.join(repository, 'bench', 'results.md');

const tell = (line: string): void => {
	process.stderr.write(`${line}\n`);
};

const run = async (name: PartName, isQuick: boolean, signal: AbortSignal): Promise<Outcome> => {
	const part = partNamed(name);
	const conditionsNow = watchConditions();
	const missing = explainMissing(part.needs);
	if (missing !== undefined) {
		return {kind: 'failed', reason: missing, conditions: conditionsNow()};
	}

	const limit = AbortSignal.timeout(limitMs);
	const scope = createScope(AbortSignal.any([signal, limit]), tell);
	try {
		const cores = await readCores();
		const work = part.measure({scope, cores, isQuick, tell: line => tell(`${name}: ${line}`)});
		const result = await within(work, scope.signal, graceMs);
		return {kind: 'measured', result, conditions: conditionsNow()};
	} catch (error) {
		signal.throwIfAborted();
		tell(String((error as Error).stack ?? error));
		const reason = limit.aborted ? `it took longer than ${limitMs / 60_000} minutes` : (error as Error).message;
		return {kind: 'failed', reason, conditions: conditionsNow()};
	} finally {
		await scope.close();
	}
};

const render = (name: PartName, outcome: Outcome): string => {
	const lines =
		outcome.kind === 'measured' ? partNamed(name).render(outcome.result) : `Not measured: ${outcome.reason}`;
	return `${renderConditions(outcome.conditions)}\n\n${lines}`;
};

const options = readOptions(process.argv.slice(2), partNames);
if (typeof options === 'string') {
	tell(options);
	process.exit(2);
}

if (process.platform !== 'linux') {
	tell('The benchmark pins processes to cores and reads /proc: run it on Linux.');
	process.exit(2);
}

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => {
		if (!interrupt.signal.aborted) {
			tell('stopping what runs …');
			interrupt.abort();
		}
	});
}

const outcomes = new Map<PartName, Outcome>();
try {
	for (const name of options.parts) {
		interrupt.signal.throwIfAborted();
		const outcome = await run(name, options.isQuick, interrupt.signal);
		outcomes.set(name, outcome);
		tell(
			outcome.kind === 'failed'
				? `${name}: not measured: ${outcome.reason}`
				: `${name}: measured in ${Math.round(outcome.conditions.seconds)} s`,
		);
	}
} catch (error) {
	if (!interrupt.signal.aborted) {
		throw error;
	}

	process.exit(130);
}

const sectionsOf = (names: readonly PartName[]): ReadonlyMap<string, string> =>
	new Map(
		names.flatMap(name => {
			const outcome = outcomes.get(name);
			return outcome ? [[partNamed(name).title, render(name, outcome)] as const] : [];
		}),
	);

const titles = partNames.map(name => partNamed(name).title);
process.stdout.write(
	options.isJson
		? `${JSON.stringify({quick: options.isQuick, parts: Object.fromEntries(outcomes)}, null, '\t')}\n`
		: replaceSections('', head, titles, sectionsOf(options.parts)),
);
if (options.isQuick) {
	tell('bench/results.md stays as it is: a quick run only shows that everything works.');
} else {
	const before = await readFile(resultsFile, 'utf8').catch(() => '');
	// What could not be measured keeps what was measured last.
	const measured = options.parts.filter(name => outcomes.get(name)?.kind === 'measured');
	await writeFile(resultsFile, replaceSections(before, head, titles, sectionsOf(measured)));
}

process.exit([...outcomes.values()].every(({kind}) => kind === 'measured') ? 0 : 1);
