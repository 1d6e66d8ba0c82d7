// STUB until the images are merged.
import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import type {Engine} from '../connect-engine.ts';
export const ensureProxyImage = async (
	engine: Engine,
	{base, programs}: {readonly base: string; readonly programs: string; readonly onProgress: (message: string) => void},
): Promise<string> => {
	writeFileSync('/tmp/dk/Dockerfile', `FROM ${base}\nCOPY *.js /devmesh/\nCOPY package.json /devmesh/\n`);
	writeFileSync(`${programs}/package.json`, '{"type":"module"}');
	execFileSync('docker', ['build', '-q', '-t', 'devmesh/proxy:dev', '-f', '/tmp/dk/Dockerfile', programs], {
		env: {PATH: '/usr/local/bin:/usr/bin', DOCKER_HOST: engine.address},
	});
	return 'devmesh/proxy:dev';
};
