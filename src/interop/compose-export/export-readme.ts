// The README of an exported folder.
import type {StandaloneMesh} from './standalone-mesh.ts';

export const exportReadme = (mesh: StandaloneMesh, notes: readonly string[]): string => {
	const {name, network, gateway, notAfter} = mesh;
	const until = new Date(notAfter).toISOString().slice(0, 10);
	return `# ${name}, exported from devmesh

This folder runs the mesh ${name} with Docker alone; devmesh is not needed. Every service has its sidecar: calls are encrypted and checked, routes, retries, timeouts, faults and policies hold as they stood in the config when this was written.

\`\`\`sh
docker compose up --detach --build    # in this folder
docker compose ps
docker compose down                   # --volumes: and the data; --rmi local: and the images
\`\`\`

It needs Docker with Compose 2 (1.29 does, unless a service takes a secret from a variable or is built with newer options), and an engine whose kernel has nf_tables, as all current ones and Docker Desktop have.

${ingressText(mesh)}
## Settings

Variables of the environment, or of \`.env\` in this folder:

| variable | what it does |
|---|---|
| \`COMPOSE_PROJECT_NAME\` | the name of the project; default: \`${name}-mesh\` |
${gateway.ports ? `| \`DEVMESH_HTTP_PORT\` | the ingress's port on 127.0.0.1; default: ${gateway.ports.http} |\n` : ''}${gateway.ports?.https === undefined ? '' : `| \`DEVMESH_HTTPS_PORT\` | the same for HTTPS; default: ${gateway.ports.https}; redirects to HTTPS name the default |\n`}| \`DEVMESH_BASE_IMAGE\` | what the image of the proxy stands on: Node 22 or newer, a shell, and nft or apt-get; default: \`node:26-slim\` |

The network is ${network.subnet}; its addresses stand in the snapshots. If the machine uses it for something else: \`devmesh export compose --subnet <other>\`. For the same reason it runs once at a time on one engine.

## Until ${until}

All certificates end on ${until}; from then on the sidecars refuse each other. Export again before that (\`--valid-for\` says how long), and run \`docker compose up --detach --build\`. The root that signed them was thrown away: nobody can issue another one for this mesh.

\`sidecars/\` holds private keys, one file for each sidecar, readable by you alone; \`.gitignore\` keeps them out of the repository. Hand the folder on as you would a password. When Compose builds, each file goes into the image of its own sidecar, where only the sidecar's user may read it: never push these images.

## What it does not do

- No change while it runs: export again, \`docker compose up --detach --build\`.
- No commands of devmesh: no \`fault add\`, \`status\`, \`logs\`, no console. The sidecars' logs (\`docker compose logs\`) have a line of JSON for each request.
- Every instance counts as one that takes requests. A sidecar holds requests back while its own app starts, up to 10 s; an instance that is stopped is found out by the failed connection, and retries go to another one.
- Sidecar and app live in the network of their pause container. When that one has been started again by itself, they are cut off: \`docker compose restart <instance>-sidecar <instance>\`. After the engine was started again: \`docker compose up --detach\`.
- Whoever may use this Docker engine can read the keys.
${notes.map(note => `- ${note}\n`).join('')}`;
};

const ingressText = ({gateway}: StandaloneMesh): string => {
	const {ports, hosts} = gateway;
	if (!ports) {
		return '';
	}

	const urls = hosts.map(({host, tls}) => {
		const name = host === '*' ? 'localhost' : host.replace(/^\*\./, 'any.');
		return `- ${tls ? `https://${name}:${ports.https}` : `http://${name}:${ports.http}`}`;
	});
	const trust =
		gateway.rootPem === undefined
			? ''
			: '\nThe root of the certificates for HTTPS is `ingress-root.pem`: `curl --cacert ingress-root.pem …`.\n';
	return `## Where it is\n\n${urls.join('\n')}\n${trust}`;
};
