// Stands in for MongoDB: keeps lines in a file of its volume, and tells the address of the caller with them.
import {appendFileSync, existsSync, readFileSync} from 'node:fs';
import net from 'node:net';

const file = '/data/db/todos';

net
	.createServer({allowHalfOpen: true}, socket => {
		socket.on('error', () => {});
		socket.once('data', chunk => {
			const [, todo] = /^insert (.*)\n/.exec(String(chunk)) ?? [];
			if (todo !== undefined) {
				appendFileSync(file, `${todo}\n`);
			}

			const todos = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
			socket.end(JSON.stringify({todos, caller: socket.remoteAddress}));
		});
	})
	.listen(27_017, '0.0.0.0');
