// The network of a mesh without a control plane: its addresses stand in the snapshots, so it is chosen beforehand.
import {createHash} from 'node:crypto';
import {MeshError} from '../../common/mesh-error.ts';
import type {ContainerNetwork} from '../../model/pod.ts';

/** Takes the subnet, or one of 10.214.0.0/16 that depends on the mesh's name. Throws MeshError when it is none, or too small for the instances. */
export const chooseNetwork = (name: string, subnet: string | undefined, instances: number): ContainerNetwork => {
	// Beside 10.213.0.0/16, where the networks of running meshes are.
	const chosen = subnet ?? `10.214.${createHash('sha256').update(name).digest()[0]}.0/24`;
	if (!isSubnet(chosen)) {
		throw refused(`${chosen} is no subnet for a mesh`, 'Write one of IPv4 with 8 to 24 bits, such as 10.99.0.0/24.');
	}

	const [network = '', bits = ''] = chosen.split('/');
	// Pods are numbered from 10 on, and the last address is for broadcasts.
	const room = 2 ** (32 - Number(bits)) - 11;
	if (instances > room) {
		throw refused(
			`${instances} instances are too many for the subnet ${chosen}, which has room for ${room}`,
			'Name a larger one with --subnet, such as 10.99.0.0/16.',
		);
	}

	return {subnet: chosen, gateway: network.replace(/0$/, '1')};
};

const isSubnet = (text: string): boolean => {
	const [, a, b, c, d, bits] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text)?.map(Number) ?? [];
	const parts = [a, b, c, d].map(part => part ?? 256);
	const length = bits ?? 0;
	const value = parts.reduce((sum, part) => sum * 256 + part, 0);
	return parts.every(part => part <= 255) && length >= 8 && length <= 24 && value % 2 ** (32 - length) === 0;
};

const refused = (message: string, remedy: string): MeshError => new MeshError({code: 'DM6041', message, remedy});
