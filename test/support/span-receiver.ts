// Takes spans as Jaeger and OTLP's receivers do, and reads them by decoders that are not ours.
import {execFile, spawn} from 'node:child_process';
import {createServer} from 'node:http';
import path from 'node:path';
import {text} from 'node:stream/consumers';
import {promisify} from 'node:util';
import type {ExecutionContext} from 'ava';
import {createProject} from './project.ts';
import {listenFor} from './scene.ts';
import {repository} from './user.ts';

export interface ReceivedSpan {
	readonly service: string;
	readonly traceId: string;
	readonly spanId: string;
	readonly parentSpanId: string | null;
	readonly name: string;
	readonly startMicros: number;
	readonly durationMicros: number;
	readonly tags: Readonly<Record<string, string | number | boolean>>;
}

export interface SpanReceiver {
	readonly port: number;
	/** Resolves with all spans of a trace as soon as there are so many. */
	readonly trace: (isWanted: (spans: readonly ReceivedSpan[]) => boolean) => Promise<readonly ReceivedSpan[]>;
	/** What the requests called themselves: `POST <path> <content type>`. */
	readonly requests: () => readonly string[];
}

const decoders = path.join(repository, 'test', 'support', 'decoders');
const run = promisify(execFile);

/** Starts a receiver of Thrift over HTTP, as Jaeger has it. */
export const receiveJaeger = async (t: ExecutionContext): Promise<SpanReceiver> => {
	const folder = await createProject(t, {});
	const description = path.join(repository, 'node_modules/jaeger-client/dist/src/jaeger-idl/thrift/jaeger.thrift');
	await run('thrift', ['--gen', 'py', '-out', folder, description]);
	return receive(t, [path.join(decoders, 'decode-jaeger.py'), folder]);
};

/** Starts a receiver of OTLP over HTTP. */
export const receiveOtlp = async (t: ExecutionContext): Promise<SpanReceiver> => {
	const folder = await createProject(t, {});
	await run('protoc', [`--proto_path=${decoders}`, `--python_out=${folder}`, 'otlp-trace.proto']);
	return receive(t, [path.join(decoders, 'decode-otlp.py'), folder]);
};

const receive = async (t: ExecutionContext, decoder: readonly string[]): Promise<SpanReceiver> => {
	const spans: ReceivedSpan[] = [];
	const requests: string[] = [];
	const listeners = new Set<() => void>();
	const server = createServer((request, response) => {
		requests.push(`${request.method} ${request.url} ${request.headers['content-type']}`);
		const python = spawn('/usr/bin/python3', [...decoder], {stdio: ['pipe', 'pipe', 'inherit']});
		request.pipe(python.stdin);
		void text(python.stdout).then(output => {
			spans.push(...(JSON.parse(output) as readonly ReceivedSpan[]));
			response.end();
			for (const listener of [...listeners]) {
				listener();
			}
		});
	});
	const port = await listenFor(t, server);
	return {
		port,
		requests: () => requests,
		trace: isWanted =>
			new Promise(resolve => {
				const look = (): void => {
					for (const trace of Map.groupBy(spans, ({traceId}) => traceId).values()) {
						if (isWanted(trace)) {
							listeners.delete(look);
							resolve(trace);
							return;
						}
					}
				};

				listeners.add(look);
				look();
			}),
	};
};
