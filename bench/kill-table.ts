// Measures what the death of each part costs: `node bench/kill-table.ts`. Writes docs/robustness.md.
import {writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {type KillResult, killPart, type Part, parts} from '../test/support/kill-part.ts';
import {createBookinfo} from '../test/support/project.ts';
import {createUser, repository} from '../test/support/user.ts';
import {createScope} from './scope.ts';

const requests = 10_000;

const measure = async (part: Part): Promise<KillResult> => {
	const {cleanup, close} = createScope(new AbortController().signal, console.error);
	try {
		const folder = await createBookinfo(cleanup);
		const user = await createUser(cleanup, folder);
		const up = user.start('up');
		await up.until(/is ready/);
		return await killPart({user, configFile: path.join(folder, 'mesh.config.yaml'), up}, part, requests);
	} finally {
		await close();
	}
};

const results: KillResult[] = [];
for (const part of parts) {
	const result = await measure(part);
	console.error(result);
	results.push(result);
}

const rows = results.map(
	({part, failures, recoveryMs, appsRestarted}) =>
		`| ${part} | ${failures} | ${failures === 0 ? '-' : recoveryMs} | ${appsRestarted} |`,
);
const date = new Date().toISOString().slice(0, 10);
await writeFile(
	path.join(repository, 'docs', 'robustness.md'),
	`# What dies, and what it costs

Each part was killed (\`kill -9\`; a worker, which is a thread, by terminating it) in the middle of ${requests.toLocaleString('en')} requests
to \`details\` of the bookinfo example, 1,000 a second on eight connections, through two sidecars with mTLS. \`devmesh up\` ran in the foreground.

| killed | failed requests of ${requests.toLocaleString('en')} | recovery in ms | other apps restarted |
|---|---|---|---|
${rows.join('\n')}

Recovery is the time from the kill to the end of the last failed request.

- **Control plane:** the data plane goes on by its last snapshots; \`up\` starts another control plane, which finds everything running.
- **\`up\` command:** it is a client like any other.
- **Worker:** the proxy process replaces the thread, on the same ports and with the last snapshot.
- **Proxy process:** the control plane starts it again and hands over the last snapshots. All sidecars live in it, hence every connection is refused meanwhile.
- **App:** it is started again at once; requests wait for it, and those that were under way in it are lost.

Measured on ${date}: Node ${process.versions.node}, ${os.cpus().length} × ${os.cpus()[0]?.model.trim()}, ${os.type()} ${os.release()}. Measure again with \`npm run bench:kill\`.
`,
);
