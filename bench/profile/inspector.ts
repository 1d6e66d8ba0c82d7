// Speaks to the inspector of a Node process and of its threads, over the protocol that its developer tools use.
import {once} from 'node:events';

export interface Inspector {
	/** The threads that run, by the number of their session; resolves when the process has told of them. */
	readonly threads: () => Promise<readonly Thread[]>;
	readonly close: () => void;
}

export interface Thread {
	/** Such as `[worker 2] host`. */
	readonly title: string;
	/** Rejects when the thread refuses. */
	readonly call: <Result>(method: string, params?: object) => Promise<Result>;
}

interface Message {
	readonly id?: number;
	readonly method?: string;
	readonly result?: unknown;
	readonly error?: {readonly message: string};
	readonly params?: {
		readonly sessionId: string;
		readonly message: string;
		readonly workerInfo: {readonly title: string};
	};
}

/** Connects to an inspector that listens at `ws://…`. */
export const connectInspector = async (url: string): Promise<Inspector> => {
	const socket = new WebSocket(url);
	await once(socket, 'open');
	const waiting = new Map<number, (message: Message) => void>();
	const titles = new Map<string, string>();
	let lastId = 0;

	const take = (message: Message): void => {
		if (message.id !== undefined) {
			waiting.get(message.id)?.(message);
			waiting.delete(message.id);
		} else if (message.method === 'NodeWorker.attachedToWorker' && message.params) {
			titles.set(message.params.sessionId, message.params.workerInfo.title);
		} else if (message.method === 'NodeWorker.receivedMessageFromWorker' && message.params) {
			take(JSON.parse(message.params.message) as Message);
		}
	};

	socket.addEventListener('message', ({data}) => take(JSON.parse(String(data)) as Message));

	// Numbers are given out over all sessions together, so that an answer needs no session.
	const ask = async <Result>(send: (id: number) => void): Promise<Result> => {
		lastId++;
		const id = lastId;
		const answer = new Promise<Message>(resolve => waiting.set(id, resolve));
		send(id);
		const {result, error} = await answer;
		if (error) {
			throw new Error(`the inspector refuses: ${error.message}`);
		}

		return result as Result;
	};

	const call = <Result>(method: string, params: object): Promise<Result> =>
		ask(id => socket.send(JSON.stringify({id, method, params})));

	const callThread = <Result>(sessionId: string, method: string, params: object): Promise<Result> =>
		ask(id => {
			const message = JSON.stringify({id, method, params});
			// Its own answer only says that it was handed on.
			void call('NodeWorker.sendMessageToWorker', {sessionId, message});
		});

	return {
		threads: async () => {
			await call('NodeWorker.enable', {waitForDebuggerOnStart: false});
			return [...titles].map(([sessionId, title]) => ({
				title,
				call: (method, params = {}) => callThread(sessionId, method, params),
			}));
		},
		close: () => socket.close(),
	};
};
