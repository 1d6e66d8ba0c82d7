// Stands in for Grafana, which no registry of Debian or npm has: reads its settings and what it is provisioned with as Grafana does, and
// answers at the same paths.
import {readdirSync, readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import path from 'node:path';
import process from 'node:process';

const {env, argv} = process;
const provisioning = env.GF_PATHS_PROVISIONING;
const expand = text => text.replaceAll(/\$(\w+)/g, (_, name) => env[name] ?? '');
const read = folder =>
	readdirSync(path.join(provisioning, folder)).map(name =>
		expand(readFileSync(path.join(provisioning, folder, name), 'utf8')),
	);
const dashboards = readdirSync(env.DEVMESH_DASHBOARDS).map(
	name => JSON.parse(readFileSync(path.join(env.DEVMESH_DASHBOARDS, name), 'utf8')).title,
);

createServer((request, response) => {
	if (request.url === '/grafana/api/health') {
		response.end('{"database": "ok"}');
	} else if (request.url === '/grafana/api/seen') {
		response.end(
			JSON.stringify({
				args: argv.slice(2),
				datasources: read('datasources'),
				providers: read('dashboards'),
				dashboards,
			}),
		);
	} else {
		response.writeHead(404).end();
	}
}).listen(Number(env.GF_SERVER_HTTP_PORT), env.GF_SERVER_HTTP_ADDR);
