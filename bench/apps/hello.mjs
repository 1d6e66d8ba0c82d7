// A service that answers every request with its `NAME`, at `PORT`.
import {createServer} from 'node:http';
import process from 'node:process';

createServer((_request, response) => response.end(process.env.NAME ?? 'hello')).listen(
	Number(process.env.PORT),
	'127.0.0.1',
);
process.once('SIGTERM', () => process.exit());
