// How long after a save the first reply by the new rule comes, on a connection that is open already.
import {renameSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {hello} from '../apps/hello-service.ts';
import {createOneConnection} from '../load/one-connection.ts';
import {definePart} from '../part.ts';
import {loadStartMesh} from '../peers/devmesh.ts';
import {percentile} from '../percentile.ts';
import {table, time} from '../report/table.ts';
import {temporaryFolder} from '../temporary-folder.ts';

export interface SaveResult {
	readonly saves: number;
	/** Sent in all that time. */
	readonly requests: number;
	readonly connections: number;
	readonly p50Ms: number;
	readonly p99Ms: number;
	readonly longestMs: number;
}

const patienceMs = 10_000;

export const save = definePart<SaveResult>({
	title: 'From a save to its effect',
	needs: [],
	measure: async ({scope, isQuick, tell}) => {
		const saves = isQuick ? 10 : 100;
		const folder = await temporaryFolder(scope, {'mesh.config.yaml': configFor('v1')});
		const configFile = path.join(folder, 'mesh.config.yaml');
		const startMesh = await loadStartMesh();
		const mesh = await startMesh(configFile);
		scope.teardown(mesh.stop);
		const line = createOneConnection(scope, mesh.url('greeter'));
		let requests = 0;
		const askUntil = async (isDone: (reply: string) => boolean): Promise<void> => {
			const end = performance.now() + patienceMs;
			let reply: string;
			do {
				reply = await line.ask();
				requests++;
				if (performance.now() > end) {
					throw new Error(`the save had no effect within ${patienceMs} ms: still ${reply}`);
				}
			} while (!isDone(reply));
		};

		const times: number[] = [];
		for (let number = 1; number <= saves; number++) {
			const [before, after] = number % 2 === 1 ? ['v1', 'v2'] : ['v2', 'v1'];
			// Not always at the same moment of whatever runs by a timer.
			const pauseEnd = performance.now() + 60 + ((number * 37) % 100);
			await askUntil(() => performance.now() > pauseEnd);
			await askUntil(reply => reply === before);
			const draft = `${configFile}.new`;
			await writeFile(draft, configFor(after as 'v1' | 'v2'));
			const savedAt = performance.now();
			renameSync(draft, configFile);
			await askUntil(reply => reply === after);
			times.push(performance.now() - savedAt);
			if (number % 20 === 0) {
				tell(`${number} of ${saves} saves, p50 ${time(percentile(times, 0.5))}`);
			}
		}

		return {
			saves,
			requests,
			connections: line.connections(),
			p50Ms: percentile(times, 0.5),
			p99Ms: percentile(times, 0.99),
			longestMs: Math.max(...times),
		};
	},
	render: ({saves, requests, connections, p50Ms, p99Ms, longestMs}) =>
		[
			`${saves} saves of \`mesh.config.yaml\` in turns (all requests to v1, all to v2), ${requests.toLocaleString('en')} requests one after the other on ${connections} connection${connections === 1 ? '' : 's'}; from the rename of the file to the end of the first reply by the new rule.`,
			table(
				['', 'p50', 'p99', 'longest', 'aim for p99'],
				[['save → effect', time(p50Ms), time(p99Ms), time(longestMs), '150 ms']],
			),
		].join('\n\n'),
});

const configFor = (version: 'v1' | 'v2'): string => `version: 1
name: saves
services:
  greeter:
    port: 80
    versions:
      v1: ${JSON.stringify(hello('v1'))}
      v2: ${JSON.stringify(hello('v2'))}
routes:
  - to: greeter
    backends:
      - { version: v1, weight: ${version === 'v1' ? 100 : 0} }
      - { version: v2, weight: ${version === 'v2' ? 100 : 0} }
`;
