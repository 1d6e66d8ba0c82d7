// Turns a mesh into a compose file that runs it. Pure: same mesh, same text.
import {writeYaml} from '../../config/write-yaml.ts';
import type {VolumeConfig} from '../../model/container-config.ts';
import {appService} from './app-service.ts';
import {type Folders, worthWriting} from './compose-text.ts';
import {createGrants} from './grants.ts';
import {gatewayOf, networkName, pauseOf, sidecarOf} from './proxy-services.ts';
import {
	type ExportedFile,
	gatewayService,
	pauseService,
	type StandaloneMesh,
	sidecarService,
} from './standalone-mesh.ts';
import {toVolume} from './to-mounts.ts';

const head = `# Written by \`devmesh export compose\`; it is written anew when the mesh is exported again. README.md beside it says how it runs.\n\n`;

/** Gives `compose.yaml` and the files that it grants to apps. */
export const toCompose = (mesh: StandaloneMesh, folders: Folders): readonly ExportedFile[] => {
	const {instances, network} = mesh;
	const grants = createGrants();
	const apps = instances.map(instance => ({instance, ...appService(instance, {instances, folders, grants})}));
	const document = {
		services: {
			[gatewayService]: gatewayOf(mesh),
			...Object.assign(
				{},
				...apps.map(({instance, service}) => ({
					[pauseService(instance.id)]: pauseOf(instance, mesh),
					...(instance.pod.sidecar && {[sidecarService(instance.id)]: sidecarOf(instance, mesh)}),
					[instance.id]: service,
				})),
			),
		},
		networks: {[networkName]: {ipam: {config: [{subnet: network.subnet, gateway: network.gateway}]}}},
		...worthWriting({volumes: volumesOf(mesh), secrets: grants.all()}),
	};
	return [{path: 'compose.yaml', content: `${head}${writeYaml(document)}`}, ...apps.flatMap(({files}) => files)];
};

const volumesOf = ({instances}: StandaloneMesh): Readonly<Record<string, object | null>> => {
	const named = instances
		.flatMap(({container}) => container.mounts)
		.flatMap((mount): readonly VolumeConfig[] => (mount.kind === 'volume' && mount.source ? [mount.source] : []));
	return Object.fromEntries(named.map(volume => [volume.name, toVolume(volume)]));
};
