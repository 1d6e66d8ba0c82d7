// Which versions of the other proxies are measured.
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {repository} from '../../test/support/user.ts';
import type {Scope} from '../scope.ts';
import {runProgram} from '../start-program.ts';

/** Gives a sentence. */
export const readVersions = async (scope: Scope): Promise<string> => {
	// nginx says it on the wrong stream.
	const nginx = await runProgram(scope, ['sh', '-c', 'nginx -v 2>&1']);
	const haproxy = await runProgram(scope, ['haproxy', '-v']);
	const file = path.join(repository, 'node_modules', 'http-proxy-middleware', 'package.json');
	const {version} = JSON.parse(await readFile(file, 'utf8')) as {readonly version: string};
	const number = (output: string): string => /\d+\.\d+\.\d+/.exec(output)?.[0] ?? 'of an unknown version';
	return `nginx ${number(nginx)}, HAProxy ${number(haproxy)}, http-proxy-middleware ${version}.`;
};
