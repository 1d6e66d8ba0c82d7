// Kills a part of a running mesh in the middle of many requests, and counts what that costs.
import http from 'node:http';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {createApiClient} from '../../src/admin/api-client.ts';
import {meshIdOf} from '../../src/mesh/state-folder.ts';
import type {ApiAddress} from '../../src/model/api.ts';
import type {MeshStatus} from '../../src/model/mesh-status.ts';
import type {TestEngine} from './test-engine.ts';
import {type RunningCommand, readJson, type User} from './user.ts';

export const parts = ['app', 'worker', 'proxy process', 'control plane', 'up command'] as const;
/** Of a mesh in containers, besides the control plane and the `up` command. */
export const containerParts = ['app', 'sidecar', 'pause', 'gateway', 'engine'] as const;
export type Part = (typeof parts)[number] | (typeof containerParts)[number];

export interface KillResult {
	readonly part: Part;
	readonly requests: number;
	/** Requests without a status, or with one of 500 and above. */
	readonly failures: number;
	/** From the kill to the end of the last failure; 0 without failures. */
	readonly recoveryMs: number;
	/** Other apps than the one that was killed. */
	readonly appsRestarted: number;
}

export interface KillScene {
	readonly user: User;
	/** Absolute. */
	readonly configFile: string;
	/** `devmesh up` in the foreground. */
	readonly up: RunningCommand;
	/** Where the services run, when they run in containers. */
	readonly engine?: TestEngine;
	/** Between two requests. Default: 1, so a thousand a second. */
	readonly intervalMs?: number;
}

const lanes = 8;

/** Sends requests to details on eight connections, kills the part after a third of them, and waits until the mesh is whole again. */
export const killPart = async (
	{user, configFile, up, engine, intervalMs = 1}: KillScene,
	part: Part,
	requests: number,
): Promise<KillResult> => {
	const before = await user.json<MeshStatus>('status');
	const url = `${before.services.find(({service}) => service === 'details')?.hostUrl}/details/1`;
	const api = createApiClient(await readJson<ApiAddress>(path.join(user.home, meshIdOf(configFile), 'api.json')));
	const agent = new http.Agent({keepAlive: true, maxSockets: lanes});
	let sent = 0;
	let failures = 0;
	let killedAt = 0;
	let lastFailure = 0;
	const killContainer = async (name: string): Promise<void> => {
		await engine?.run('kill', `${meshIdOf(configFile)}-${name}`);
	};

	const kill = async (): Promise<void> => {
		killedAt = performance.now();
		switch (part) {
			case 'sidecar':
			case 'pause':
				await killContainer(`details-1-${part}`);
				break;
			case 'gateway':
				await killContainer('gateway');
				break;
			case 'engine':
				await engine?.crash();
				break;
			case 'app':
				if (engine) {
					await killContainer('details-1');
					break;
				}

				// The whole group: its leader may be the shell that runs it.
				process.kill(-pidOf(before, 'details'), 'SIGKILL');
				break;
			case 'worker':
				await api.restartSidecar('details-1');
				break;
			case 'proxy process':
				process.kill(before.proxy?.pid ?? 0, 'SIGKILL');
				break;
			case 'control plane':
				process.kill(before.controlPlane.pid, 'SIGKILL');
				break;
			case 'up command':
				up.child.kill('SIGKILL');
				break;
		}
	};

	const startedAt = performance.now();
	const lane = async (): Promise<void> => {
		while (sent < requests) {
			sent++;
			const number = sent;
			// Each has its time: whoever is refused at once must not fill the outage with failures of its own making.
			await sleep(Math.max(0, startedAt + number * intervalMs - performance.now()));
			if (number === Math.floor(requests / 3)) {
				await kill();
			}

			if (!(await succeeds(url, agent))) {
				failures++;
				lastFailure = performance.now();
			}
		}
	};

	await Promise.all(Array.from({length: lanes}, lane));
	agent.destroy();
	const after = await whole(user);
	if (killedAt === 0) {
		throw new Error(`the ${part} was never killed`);
	}

	return {
		part,
		requests,
		failures,
		recoveryMs: failures === 0 ? 0 : Math.round(lastFailure - killedAt),
		appsRestarted: appsOf(before).filter(
			([id, pid]) => id !== killedApp(part) && new Map(appsOf(after)).get(id) !== pid,
		).length,
	};
};

// Whoever owns the namespace takes the app within it along.
const killedApp = (part: Part): string | undefined => (part === 'app' || part === 'pause' ? 'details-1' : undefined);

const appsOf = ({services}: MeshStatus): readonly (readonly [string, number | undefined])[] =>
	services.flatMap(({instances}) => instances.map(({id, pid}) => [id, pid] as const));

const pidOf = (status: MeshStatus, service: string): number =>
	status.services.find(entry => entry.service === service)?.instances[0]?.pid ?? 0;

/** Resolves when the mesh says that it is whole: ready, connected, every sidecar on the newest revision. */
const whole = async (user: User): Promise<MeshStatus> => {
	for (;;) {
		const {code, stdout} = await user.devmesh('status', '--json');
		if (code === 0) {
			const status = JSON.parse(stdout) as MeshStatus;
			if (
				status.ready &&
				status.proxy?.connected &&
				status.sidecars.every(({revision}) => revision === status.revision)
			) {
				return status;
			}
		}
	}
};

const succeeds = (url: string, agent: http.Agent): Promise<boolean> =>
	new Promise(resolve => {
		const request = http.get(url, {agent}, response => {
			response.resume();
			response.on('end', () => resolve((response.statusCode ?? 500) < 500));
			response.on('error', () => resolve(false));
		});
		request.on('error', () => resolve(false));
	});
