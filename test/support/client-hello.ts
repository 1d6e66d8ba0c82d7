// A real ClientHello, as Node's own TLS writes it.
import {once} from 'node:events';
import {type AddressInfo, createServer, type Socket} from 'node:net';
import {connect} from 'node:tls';

/** Gives the first bytes of a TLS connection that asks for a server by name, or for none. */
export const clientHello = async (servername?: string): Promise<Buffer> => {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {port} = server.address() as AddressInfo;
	const client = connect({host: '127.0.0.1', port, ...(servername !== undefined && {servername})});
	client.on('error', () => {});
	const [socket] = (await once(server, 'connection')) as [Socket];
	let hello = Buffer.alloc(0);
	while (hello.length < 5 || hello.length < 5 + hello.readUInt16BE(3)) {
		const [piece] = (await once(socket, 'data')) as [Buffer];
		hello = Buffer.concat([hello, piece]);
	}

	client.destroy();
	socket.destroy();
	server.close();
	return hello;
};
