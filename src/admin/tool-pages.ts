// The pages of the tools that come with a mesh, under one origin: that of the API. They ask for no token, as the tools themselves do not.
import type {IncomingMessage, ServerResponse} from 'node:http';
import type {Duplex} from 'node:stream';
import {createProxyMiddleware} from 'http-proxy-middleware';
import {isTool, type ToolName} from '../model/tool.ts';
import {refusalOf} from './visitor.ts';

export interface ToolPages {
	/** Answers a request for a page of a tool. False when it is for something else. */
	readonly take: (request: IncomingMessage, response: ServerResponse) => boolean;
	/** The same for what becomes a WebSocket. */
	readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
	/** Breaks off what has become a WebSocket; no server knows of those. */
	readonly close: () => void;
}

export interface ToolPagesParts {
	/** At which they are served. */
	readonly port: number;
	/** The base address of a tool; or, in words, why it has no pages. */
	readonly pagesOf: (tool: ToolName) => {readonly url: string} | {readonly problem: string};
}

/** Creates the pages; each tool knows the path that it stands at. */
export const createToolPages = ({port, pagesOf}: ToolPagesParts): ToolPages => {
	/** Both ends of each. */
	const sockets = new Set<Duplex>();
	const keep = (socket: Duplex): void => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	};

	const proxy = createProxyMiddleware<IncomingMessage, ServerResponse>({
		router: request => urlOf(request, pagesOf) ?? '',
		// Redirects of a tool that has put its own address into them.
		autoRewrite: true,
		xfwd: true,
		// In place of those that write answers and logs of their own.
		ejectPlugins: true,
		plugins: [
			server => {
				server.on('proxyReq', strip);
				server.on('proxyReqWs', strip);
				server.on('open', keep);
				server.on('error', (error, _, response) => {
					if (response && 'writeHead' in response) {
						refuse(response, 502, `the tool does not answer: ${error.message}`);
					} else {
						response?.destroy();
					}
				});
			},
		],
	});

	/** Undefined for what may go on. */
	const problemOf = (request: IncomingMessage, tool: ToolName): {status: number; message: string} | undefined => {
		const {headers, url = '/'} = request;
		const refusal = refusalOf({host: headers.host, target: url, origin: headers.origin}, port);
		if (refusal) {
			return {status: 403, message: `${refusal.code}  ${refusal.message}\n${refusal.remedy}`};
		}

		const pages = pagesOf(tool);
		return 'problem' in pages ? {status: 503, message: `${tool} has no pages: ${pages.problem}`} : undefined;
	};

	return {
		take: (request, response) => {
			const tool = toolOf(request);
			if (!tool) {
				return false;
			}

			const problem = problemOf(request, tool);
			if (problem) {
				refuse(response, problem.status, problem.message);
			} else {
				void proxy(request, response);
			}

			return true;
		},
		upgrade: (request, socket, head) => {
			const tool = toolOf(request);
			if (!tool) {
				return false;
			}

			if (problemOf(request, tool)) {
				socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
				return true;
			}

			keep(socket);
			// Of a server for plain HTTP it is never anything but a socket.
			proxy.upgrade(request, socket as Parameters<typeof proxy.upgrade>[1], head);
			return true;
		},
		close: () => {
			for (const socket of sockets) {
				socket.destroy();
			}
		},
	};
};

const toolOf = ({url = '/'}: IncomingMessage): ToolName | undefined => {
	const name = /^\/([a-z]+)(?:[/?]|$)/.exec(url)?.[1] ?? '';
	return isTool(name) ? name : undefined;
};

const urlOf = (request: IncomingMessage, pagesOf: ToolPagesParts['pagesOf']): string | undefined => {
	const tool = toolOf(request);
	const pages = tool && pagesOf(tool);
	return pages && 'url' in pages ? pages.url : undefined;
};

/** Whoever has the token of the API may have sent it along; a tool would take it for one of its own. */
const strip = (request: {readonly removeHeader: (name: string) => void}): void => request.removeHeader('authorization');

const refuse = (response: ServerResponse, status: number, message: string): void => {
	if (response.headersSent) {
		response.destroy();
	} else {
		response.writeHead(status, {'content-type': 'text/plain; charset=utf-8'}).end(`${message}\n`);
	}
};
