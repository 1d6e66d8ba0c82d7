// A real browser without a window, driven by the protocol of its developer tools.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {createInterface} from 'node:readline';
import type {ExecutionContext} from 'ava';
import {chromium, findSystemPart} from './system-parts.ts';

export interface Page {
	/** Opens an address and resolves when the page has loaded. */
	readonly open: (url: string) => Promise<void>;
	/** Runs an expression in the page and gives its value. */
	readonly evaluate: <Value>(expression: string) => Promise<Value>;
	/** Does something that leads to another page, and resolves when that one has loaded. */
	readonly follow: (expression: string) => Promise<void>;
	/** Shows pages as a person sees them who likes them light or dark. */
	readonly prefer: (scheme: 'light' | 'dark') => Promise<void>;
	/** What went wrong in the page so far: errors of scripts, failed loads. */
	readonly problems: () => readonly string[];
}

/** Starts Chromium with a home of its own and opens an empty page; both end with the test. */
export const openBrowser = async (t: ExecutionContext): Promise<Page> => {
	const {PATH = ''} = process.env;
	const program = findSystemPart(chromium, PATH);
	if (!program) {
		throw new Error('Chromium is missing, and this suite does not stand in the list of those that need it');
	}

	const home = await mkdtemp(path.join(tmpdir(), 'browser-'));
	const child = spawn(
		program,
		// As root, its own sandbox cannot work.
		[
			'--headless',
			'--no-sandbox',
			'--disable-gpu',
			'--remote-debugging-port=0',
			`--user-data-dir=${home}`,
			'about:blank',
		],
		{env: {...process.env, HOME: home}, stdio: ['ignore', 'ignore', 'pipe']},
	);
	const exit = once(child, 'exit');
	t.teardown(async () => {
		child.kill('SIGKILL');
		await exit;
		await rm(home, {recursive: true, force: true, maxRetries: 5, retryDelay: 50});
	});
	const client = await connect(await addressOf(child.stderr));
	t.teardown(client.close);
	return attach(client);
};

const addressOf = async (output: NodeJS.ReadableStream): Promise<string> => {
	for await (const line of createInterface({input: output})) {
		const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
		if (address) {
			output.resume();
			return address;
		}
	}

	throw new Error('the browser ended before it listened');
};

interface Client {
	readonly send: <Result>(method: string, params?: object, sessionId?: string) => Promise<Result>;
	readonly onEvent: (listener: (event: ToolEvent) => void) => void;
	readonly close: () => void;
}

interface ToolEvent {
	readonly method: string;
	readonly params: Readonly<Record<string, unknown>>;
}

const connect = async (address: string): Promise<Client> => {
	const socket = new WebSocket(address);
	await once(socket, 'open');
	const waiting = new Map<number, PromiseWithResolvers<unknown>>();
	const listeners: ((event: ToolEvent) => void)[] = [];
	let sent = 0;
	socket.addEventListener('message', ({data}) => {
		const message = JSON.parse(data as string) as {
			id?: number;
			result?: unknown;
			error?: {message: string};
		} & ToolEvent;
		const call = waiting.get(message.id ?? 0);
		if (!call) {
			for (const listener of listeners) {
				listener(message);
			}
		} else if (message.error) {
			call.reject(new Error(message.error.message));
		} else {
			call.resolve(message.result);
		}
	});
	return {
		send: <Result>(method: string, params: object = {}, sessionId?: string) => {
			const id = ++sent;
			const call = Promise.withResolvers<unknown>();
			waiting.set(id, call);
			socket.send(JSON.stringify({id, method, params, ...(sessionId && {sessionId})}));
			return call.promise as Promise<Result>;
		},
		onEvent: listener => listeners.push(listener),
		close: () => socket.close(),
	};
};

const troubles = new Set(['Runtime.exceptionThrown', 'Network.loadingFailed', 'Log.entryAdded']);

const attach = async (client: Client): Promise<Page> => {
	const {targetId} = await client.send<{targetId: string}>('Target.createTarget', {url: 'about:blank'});
	const {sessionId} = await client.send<{sessionId: string}>('Target.attachToTarget', {targetId, flatten: true});
	const send = <Result>(method: string, params?: object) => client.send<Result>(method, params, sessionId);
	const problems: string[] = [];
	let loaded: () => void = () => {};
	client.onEvent(({method, params}) => {
		if (method === 'Page.loadEventFired') {
			loaded();
		} else if (troubles.has(method)) {
			problems.push(JSON.stringify(params));
		}
	});
	await Promise.all(['Page', 'Runtime', 'Network', 'Log'].map(domain => send(`${domain}.enable`)));

	const evaluate = async <Value>(expression: string): Promise<Value> => {
		const {result, exceptionDetails} = await send<{result: {value: Value}; exceptionDetails?: {text: string}}>(
			'Runtime.evaluate',
			{expression, returnByValue: true, awaitPromise: true},
		);
		if (exceptionDetails) {
			throw new Error(`${expression}: ${exceptionDetails.text}`);
		}

		return result.value;
	};

	const untilLoaded = async (act: () => Promise<unknown>): Promise<void> => {
		const load = new Promise<void>(resolve => {
			loaded = resolve;
		});
		await act();
		await load;
	};

	return {
		open: url => untilLoaded(() => send('Page.navigate', {url})),
		evaluate,
		follow: expression => untilLoaded(() => evaluate(expression)),
		prefer: async scheme => {
			await send('Emulation.setEmulatedMedia', {features: [{name: 'prefers-color-scheme', value: scheme}]});
		},
		problems: () => problems,
	};
};
