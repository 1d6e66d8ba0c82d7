// The network of a mesh: a small subnet of our own, over IPv4 and, where the engine has it, IPv6.
import {networkInterfaces} from 'node:os';
import type Dockerode from 'dockerode';
import {MeshError} from '../../common/mesh-error.ts';
import type {ContainerNetwork} from '../../model/pod.ts';
import {type MeshName, ownLabels} from './labels.ts';
import {ignoreGone, statusCodeOf} from './status-code.ts';

/** Finds the mesh's network, or makes it in a subnet that nobody uses. Throws MeshError when all are in use. */
export const ensureNetwork = async (docker: Dockerode, mesh: MeshName): Promise<ContainerNetwork> => {
	const known = await docker
		.getNetwork(mesh.id)
		.inspect()
		.catch((error: unknown) => {
			if (statusCodeOf(error) !== 404) {
				throw error;
			}
		});
	if (known) {
		return describe(known as Dockerode.NetworkInspectInfo);
	}

	const start = Number.parseInt(mesh.id.slice(-4), 16) % subnets;
	let last: unknown = new Error('this machine has an address in each');
	const here = Object.values(networkInterfaces()).flatMap((all = []) => all.map(({address}) => address));
	for (let offset = 0; offset < subnets; offset++) {
		const number = (start + offset) % subnets;
		if (isUsedHere(number, here)) {
			continue;
		}

		try {
			await create(docker, mesh, number);
			return describe((await docker.getNetwork(mesh.id).inspect()) as Dockerode.NetworkInspectInfo);
		} catch (error) {
			if (!/overlap|in use|already exists on/i.test((error as Error).message)) {
				throw error;
			}

			last = error;
		}
	}

	throw new MeshError({
		code: 'DM5121',
		message: `no subnet of 10.213.0.0/16 is free for the mesh's network: ${(last as Error).message}`,
		remedy: 'Remove networks that nobody needs: docker network prune',
		cause: last,
	});
};

/** Removes the mesh's network, if it is there. */
export const removeNetwork = async (docker: Dockerode, mesh: Pick<MeshName, 'id'>): Promise<void> => {
	await docker.getNetwork(mesh.id).remove().catch(ignoreGone);
};

const subnets = 256;

/**
 * Whether this machine has an address in a subnet already: of another engine, or of one that was killed and has left its bridge. An engine
 * knows its own networks alone, and with two roads to one subnet no container would be reached.
 */
export const isUsedHere = (number: number, addresses: readonly string[]): boolean =>
	addresses.some(address => address.startsWith(`10.213.${number}.`));

const create = async (docker: Dockerode, mesh: MeshName, number: number): Promise<void> => {
	const four = {Subnet: `10.213.${number}.0/24`, Gateway: `10.213.${number}.1`};
	const hex = (number + 0x100).toString(16);
	const six = {Subnet: `fd0d:e5:${hex}::/64`, Gateway: `fd0d:e5:${hex}::1`};
	const options = {
		Name: mesh.id,
		Driver: 'bridge',
		CheckDuplicate: true,
		Labels: {
			...ownLabels(mesh),
			'com.docker.compose.project': mesh.id,
			'com.docker.compose.network': 'default',
		},
	};
	try {
		await docker.createNetwork({...options, EnableIPv6: true, IPAM: {Config: [four, six]}});
	} catch (error) {
		if (!/ipv6|ip6tables/i.test((error as Error).message)) {
			throw error;
		}

		// A kernel or an engine without IPv6.
		await docker.createNetwork({...options, IPAM: {Config: [four]}});
	}
};

const describe = ({IPAM}: Dockerode.NetworkInspectInfo): ContainerNetwork => {
	const all = IPAM?.Config ?? [];
	const four = all.find(({Subnet}) => Subnet?.includes('.'));
	const six = all.find(({Subnet}) => Subnet?.includes(':'));
	return {
		subnet: four?.Subnet ?? '',
		gateway: four?.Gateway ?? '',
		...(six?.Subnet !== undefined && {subnet6: six.Subnet}),
		...(six?.Gateway !== undefined && {gateway6: six.Gateway}),
	};
};
