// Stands in for Jaeger, which no registry of Debian or npm has: takes spans where its config says, and tells how many batches came.
import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import process from 'node:process';

const {env, argv} = process;
const config = readFileSync(argv[argv.indexOf('--config') + 1], 'utf8').replaceAll(
	/\$\{env:(\w+)\}/g,
	(_, name) => env[name] ?? '',
);
const endpointBelow = key => new RegExp(`^ *${key}:\\n +endpoint: ([\\d.]+):(\\d+)$`, 'm').exec(config).slice(1);
let batches = 0;

const [spansHost, spansPort] = endpointBelow('thrift_http');
createServer((request, response) => {
	if (
		request.method === 'POST' &&
		request.url === '/api/traces' &&
		request.headers['content-type'] === 'application/x-thrift'
	) {
		batches++;
		request.resume();
		response.writeHead(202).end();
	} else {
		response.writeHead(404).end();
	}
}).listen(Number(spansPort), spansHost);

const [pagesHost, pagesPort] = endpointBelow('http');
createServer((request, response) => {
	response.writeHead(request.url?.startsWith('/jaeger') ? 200 : 404).end(String(batches));
}).listen(Number(pagesPort), pagesHost);
