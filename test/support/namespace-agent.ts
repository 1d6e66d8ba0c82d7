// Runs inside a network namespace, listens and dials there as it is told: one JSON line in, one out.
import {createSocket} from 'node:dgram';
import {connect, createServer} from 'node:net';
import process from 'node:process';
import {createJsonLines, jsonLine} from '../../src/common/json-lines.ts';

export type AgentCommand =
	/** Answers every connection with the name and the address that was dialled. */
	| {readonly kind: 'listen'; readonly name: string; readonly address: string; readonly port: number}
	| {readonly kind: 'listen-udp'; readonly name: string; readonly address: string; readonly port: number}
	/** Gives what the other end said, or the code of the error. */
	| {readonly kind: 'dial'; readonly address: string; readonly port: number; readonly from?: string}
	| {readonly kind: 'dial-udp'; readonly address: string; readonly port: number; readonly from?: string};

const limit = 1500;

const obey = (command: AgentCommand): Promise<string> =>
	new Promise(resolve => {
		const fail = ({code = 'error'}: NodeJS.ErrnoException): void => resolve(code);
		switch (command.kind) {
			case 'listen':
				createServer(socket => {
					socket.on('error', () => {});
					socket.end(`${command.name} at ${socket.localAddress}:${socket.localPort}`);
				})
					.once('error', fail)
					.listen(command.port, command.address, () => resolve('listening'));
				break;
			case 'listen-udp': {
				const socket = createSocket(command.address.includes(':') ? 'udp6' : 'udp4');
				socket.on('message', (_message, {address, port}) => socket.send(command.name, port, address));
				socket.once('error', fail).bind(command.port, command.address, () => resolve('listening'));
				break;
			}

			case 'dial': {
				const {address, port, from} = command;
				const socket = connect({host: address, port, ...(from && {localAddress: from})});
				let said = '';
				socket.setTimeout(limit, () => {
					socket.destroy();
					resolve('timeout');
				});
				socket.on('data', piece => {
					said += piece;
				});
				socket.on('error', fail).on('close', () => resolve(said));
				break;
			}

			case 'dial-udp': {
				const socket = createSocket(command.address.includes(':') ? 'udp6' : 'udp4');
				const finish = (said: string): void => {
					clearTimeout(timer);
					socket.close();
					resolve(said);
				};

				const timer = setTimeout(finish, limit, 'timeout');
				socket.once('error', (error: NodeJS.ErrnoException) => finish(error.code ?? 'error'));
				socket.once('message', message => finish(message.toString()));
				socket.bind(0, command.from, () => socket.connect(command.port, command.address, () => socket.send('hello')));
				break;
			}
		}
	});

const take = createJsonLines(async value => {
	const {id, command} = value as {id: number; command: AgentCommand};
	process.stdout.write(jsonLine({id, result: await obey(command)}));
});
process.stdin
	.setEncoding('utf8')
	.on('data', take)
	.on('end', () => process.exit(0));
