// The name servers of the host, for whatever is not a name of the mesh.
import {readFile} from 'node:fs/promises';

// The second is systemd-resolved's list of the real ones, where the first names only itself.
const files = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'];
// As the engine itself does where there are none. Source: Docker, "DNS services".
const fallback = ['8.8.8.8', '8.8.4.4'];

/** Gives addresses that a container can reach, too: none of loopback. */
export const readNameServers = async (sources: readonly string[] = files): Promise<readonly string[]> => {
	for (const file of sources) {
		const text = await readFile(file, 'utf8').catch(() => '');
		const servers = [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)]
			.map(([, address = '']) => address)
			.filter(address => !/^(127\.|::1$)/.test(address));
		if (servers.length > 0) {
			return servers;
		}
	}

	return fallback;
};
