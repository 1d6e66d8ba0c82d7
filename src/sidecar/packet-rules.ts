// Hands packet rules to the kernel of the namespace that this process is in.
import {spawnSync} from 'node:child_process';

// An image may have any PATH.
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Applies all of the rules or none. Throws an error whose message is one sentence. */
export const applyPacketRules = (rules: string): void => {
	const {error, status, stderr} = spawnSync('nft', ['-f', '-'], {
		input: rules,
		env: {PATH: searchPath},
		encoding: 'utf8',
	});
	if (error || status !== 0) {
		const said = (error?.message ?? stderr).split('\n').find(line => line.trim() !== '') ?? `it ended with ${status}`;
		throw new Error(`the packet rules of the pod could not be set: ${reasonOf(said.trim())}`);
	}
};

const reasonOf = (said: string): string => {
	if (said.includes('ENOENT')) {
		return 'there is no nft in the image of the sidecar';
	}

	if (/Operation not permitted|EPERM/.test(said)) {
		return `the container lacks the capability NET_ADMIN (nft: ${said})`;
	}

	return /not supported|Could not process rule: No such file/.test(said)
		? `the kernel lacks nf_tables or a part of it, namely nat, conntrack or reject (nft: ${said})`
		: `nft: ${said}`;
};
