// A service that others look for: answers with its own name.
import http from 'node:http';

http.createServer((_request, response) => response.end('this is api')).listen(8080);
