// Charges everybody.
import {createServer} from 'node:http';

createServer((_request, response) => response.end('charged')).listen(process.env.PORT, '127.0.0.1');
