// What all proxies lead to: nginx with two files, much faster than any of them.
import path from 'node:path';
import process from 'node:process';
import {freePort} from '../free-port.ts';
import type {Scope} from '../scope.ts';
import {startProgram} from '../start-program.ts';
import {temporaryFolder} from '../temporary-folder.ts';
import {untilAnswers} from './until-answers.ts';

/** The paths of the replies, by their bytes. */
export const replies = {100: '/small', 16384: '/large'} as const;

export type ReplyBytes = keyof typeof replies;

export interface BackendPlan {
	readonly port: number;
	/** Runs it in the foreground. */
	readonly command: readonly string[];
}

/** Writes what a backend needs; nothing runs yet. */
export const planBackend = async (scope: Scope): Promise<BackendPlan> => {
	const port = await freePort();
	const folder = await temporaryFolder(scope, {
		'nginx.conf': configOf(port),
		small: 'x'.repeat(100),
		large: 'x'.repeat(16_384),
	});
	return {port, command: ['nginx', '-p', folder, '-c', path.join(folder, 'nginx.conf')]};
};

/** Starts a backend on one core and resolves with its address when it answers. */
export const startBackend = async (
	scope: Scope,
	core: number,
): Promise<{readonly port: number; readonly url: string}> => {
	const {port, command} = await planBackend(scope);
	startProgram(scope, command, {core});
	const url = `http://127.0.0.1:${port}`;
	await untilAnswers(scope, url);
	return {port, url};
};

// The folder is ours alone; a worker of another user could not read it.
const user = process.getuid?.() === 0 ? 'user root;' : '';

const configOf = (port: number): string => `
${user}
daemon off;
pid nginx.pid;
error_log stderr error;
worker_processes 1;
events { worker_connections 1024; }
http {
	access_log off;
	client_body_temp_path body;
	proxy_temp_path proxy;
	fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi;
	scgi_temp_path scgi;
	default_type text/plain;
	keepalive_requests 1000000000;
	open_file_cache max=10;
	server {
		listen 127.0.0.1:${port};
		root .;
	}
}
`;
