// Reads an entry of `ports:`. Source: compose specification, "ports".

import {fieldsOf, replaced} from './read-fields.ts';
import {isGroup, type Reader} from './read-node.ts';
import {count, listOf, oneOf, text, wrongValue} from './readers.ts';

export interface ComposePort {
	/** Where the app listens in its container. */
	readonly target: number;
	/** A port or a range such as `8000-8010`, of which a free one is taken. Absent: any free port. */
	readonly published?: string;
	/** Of the host. Default: all of them. */
	readonly hostIp?: string;
	readonly protocol: 'tcp' | 'udp';
	/** What is spoken there, such as `http`, when the file says it. */
	readonly appProtocol?: string;
}

const long = fieldsOf(
	{
		target: replaced(count),
		published: replaced(text),
		host_ip: replaced(text),
		protocol: replaced(oneOf('tcp', 'udp')),
		app_protocol: replaced(text),
		name: replaced(text),
	},
	{mode: 'There is one machine: every port is published on it.'},
);

/** Reads `8080`, `80:8080`, `127.0.0.1:80-82:8080-8082/udp`, or the same as a group; a range gives a port each. */
export const readPorts: Reader<readonly ComposePort[]> = node =>
	listOf<readonly ComposePort[]>(entry => (isGroup(entry.value) ? readLong(entry) : readShort(entry)))(node)?.flat();

const readLong: Reader<readonly ComposePort[]> = node => {
	const {target, published, host_ip: hostIp, protocol = 'tcp', app_protocol: appProtocol} = long(node) ?? {};
	return target === undefined || !isPort(target) || (published && portsOf(published).length === 0)
		? wrongValue(node, 'a port with its target')
		: [
				{
					target,
					protocol,
					...(published && {published}),
					...(hostIp && {hostIp}),
					...(appProtocol && {appProtocol}),
				},
			];
};

const wanted = 'a port such as 8080, 80:8080 or 127.0.0.1:80:8080/tcp';

const readShort: Reader<readonly ComposePort[]> = node => {
	const match =
		/^(?:(?:(\[[\da-f:.]+\]|(?:\d{1,3}\.){3}\d{1,3}):)?(\d*(?:-\d+)?):)?(\d+(?:-\d+)?)(?:\/(tcp|udp))?$/i.exec(
			text(node) ?? '',
		);
	if (!match) {
		return wrongValue(node, wanted);
	}

	const [, ip, published, target = '', protocol = 'tcp'] = match;
	const targets = portsOf(target);
	const publishedPorts = portsOf(published ?? '');
	if (targets.length === 0 || (published && publishedPorts.length === 0)) {
		return wrongValue(node, wanted);
	}

	if (targets.length > 1 && published && publishedPorts.length !== targets.length) {
		return wrongValue(node, 'two ranges of the same length');
	}

	return targets.map((port, index) => ({
		target: port,
		protocol: protocol.toLowerCase() as ComposePort['protocol'],
		...(published && {published: targets.length === 1 ? published : String(publishedPorts[index])}),
		...(ip && {hostIp: ip.replace(/^\[|\]$/g, '')}),
	}));
};

const isPort = (port: number): boolean => port >= 1 && port <= 65_535;

export type ExposedPort = Pick<ComposePort, 'target' | 'protocol'>;

/** Reads `8080`, `8080-8085` and `8080/udp`; the ports that callers may dial. */
export const readExposed: Reader<readonly ExposedPort[]> = node =>
	listOf<readonly ExposedPort[]>(entry => {
		const [, range = '', protocol = 'tcp'] = /^([\d-]+)(?:\/(tcp|udp))?$/i.exec(text(entry) ?? '') ?? [];
		const ports = portsOf(range);
		return ports.length === 0
			? wrongValue(entry, 'a port such as 8080 or 8080-8085')
			: ports.map(target => ({target, protocol: protocol.toLowerCase() as ComposePort['protocol']}));
	})(node)?.flat();

// The ports of a few hundred long ranges would fill the memory.
const longestRange = 20_000;

/** The ports of `8080` or `8080-8085`; none when it is no range of ports. */
const portsOf = (range: string): readonly number[] => {
	const [first = Number.NaN, last = first] = range.split('-').map(Number);
	return isPort(first) && isPort(last) && last >= first && last - first < longestRange
		? Array.from({length: last - first + 1}, (_, index) => first + index)
		: [];
};
