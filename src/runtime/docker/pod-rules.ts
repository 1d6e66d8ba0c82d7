// The packet rules of a pod, as text for `nft -f`. A table of its own: Docker's name server has rules in the same namespace.
import type {AddressPair, PodAddition, PodSettings} from './pod-settings.ts';

/** Loopback addresses, one for each service, at which a pod's app finds the mesh. */
const meshAddresses = '127.64.0.0/10';
const ownNameServer = '127.64.0.53';
const nameServerPort = 15053;
// A neighbour on the network has one without asking anybody.
const linkLocal = 'fe80::/10';

/** Writes the whole table; an older one of devmesh is replaced in the same step. */
export const podRules = (settings: PodSettings): string =>
	`${[
		'add table inet devmesh',
		'delete table inet devmesh',
		'table inet devmesh {',
		...indent([
			...block('map ports', ['type inet_service : inet_service', elements(pairs(settings.capturePorts))]),
			...block('map plain_ports', ['type inet_service : inet_service', elements(pairs(settings.plainPorts))]),
			...block('set open_ports', ['type inet_service', elements(ports(settings.openPorts))]),
			...block('set host_doors', ['type inet_service', elements(ports(settings.hostDoors))]),
			...block('set udp_ports', ['type inet_service', elements(ports(settings.udpPorts))]),
			...block('set mesh_udp_ports', ['type inet_service', elements(ports(settings.meshUdpPorts))]),
			...block('chain capture', captureRules(settings)),
			...block('chain plain', plainRules),
			...block('chain uncaptured', uncapturedRules),
			...(settings.isolate ? block('chain input', inputRules(settings)) : []),
		]),
		'}',
	].join('\n')}\n`;

/** Writes what is added to the table of a running pod. What is there already stays; a captured port that leads elsewhere is an error of nft. */
export const addedRules = ({
	capturePorts = {},
	plainPorts = {},
	openPorts = [],
	hostDoors = [],
	udpPorts = [],
	meshUdpPorts = [],
}: PodAddition): string =>
	(
		[
			['ports', pairs(capturePorts)],
			['plain_ports', pairs(plainPorts)],
			['open_ports', ports(openPorts)],
			['host_doors', ports(hostDoors)],
			['udp_ports', ports(udpPorts)],
			['mesh_udp_ports', ports(meshUdpPorts)],
		] as const
	)
		.filter(([, list]) => list.length > 0)
		.map(([name, list]) => `add element inet devmesh ${name} { ${list.join(', ')} }\n`)
		.join('');

// Only the port is rewritten: the sidecar reads the service from the address. An app on 0.0.0.0 and a sidecar on one
// address of loopback could not share a port.
const captureRules = ({nameServer = ownNameServer}: PodSettings): readonly string[] => [
	'type nat hook output priority -100; policy accept;',
	`ip daddr ${address(nameServer)} udp dport 53 dnat to :${nameServerPort}`,
	`ip daddr ${address(nameServer)} tcp dport 53 dnat to :${nameServerPort}`,
	`ip daddr ${meshAddresses} ip protocol 6 dnat to :tcp dport map @ports`,
	`ip daddr ${meshAddresses} ip protocol 17 dnat to :udp dport map @ports`,
];

// Who calls in plain text calls the port of the service, and the sidecar or the app listens at another.
const plainRules: readonly string[] = [
	'type nat hook prerouting priority -100; policy accept;',
	'meta l4proto 6 redirect to :tcp dport map @plain_ports',
];

// A port that no service has must not lead to the pod's own app, which may listen on every address.
const uncapturedRules: readonly string[] = [
	'type filter hook output priority 0; policy accept;',
	`ip daddr ${meshAddresses} ip protocol 6 ct state new ct status & dnat == 0 reject with tcp reset`,
	`ip daddr ${meshAddresses} ip protocol 17 ct state new ct status & dnat == 0 reject`,
];

const inputRules = ({gateway, subnets}: PodSettings): readonly string[] => [
	'type filter hook input priority 0; policy accept;',
	'iif lo accept',
	'ct state established,related accept',
	// Also what finds neighbours over IPv6.
	'meta l4proto { 1, 58 } accept',
	'tcp dport @open_ports accept',
	'udp dport @udp_ports accept',
	`ip saddr ${subnet(subnets.v4)} udp dport @mesh_udp_ports accept`,
	...hostDoorRules(gateway, subnets),
	'meta l4proto 6 reject with tcp reset',
	'meta l4proto 17 reject',
	'drop',
];

const hostDoorRules = (gateway: AddressPair | undefined, subnets: AddressPair): readonly string[] => {
	const door = 'tcp dport @host_doors';
	return [
		...(gateway ? [`ip saddr ${address(gateway.v4)} ${door} accept`] : []),
		`ip saddr != ${subnet(subnets.v4)} ${door} accept`,
		...(gateway?.v6 ? [`ip6 saddr ${address(gateway.v6)} ${door} accept`] : []),
		// Without a subnet, only neighbours can come over IPv6.
		...(subnets.v6 ? [`ip6 saddr != { ${linkLocal}, ${subnet(subnets.v6)} } ${door} accept`] : []),
	];
};

const block = (head: string, lines: readonly string[]): readonly string[] => [
	`${head} {`,
	...indent(lines.filter(Boolean)),
	'}',
];

const indent = (lines: readonly string[]): readonly string[] => lines.map(line => `\t${line}`);

// An empty list is no list in this language.
const elements = (list: readonly string[]): string => (list.length > 0 ? `elements = { ${list.join(', ')} }` : '');

const pairs = (map: Readonly<Record<string, number>>): readonly string[] =>
	Object.entries(map).map(([from, to]) => `${port(Number(from))} : ${port(to)}`);

const ports = (list: readonly number[]): readonly string[] => [...new Set(list)].map(port);

const port = (value: number): string => {
	if (!Number.isInteger(value) || value < 1 || value > 65_535) {
		throw new RangeError(`a port lies between 1 and 65535, not at ${value}`);
	}

	return String(value);
};

const ipv4 = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

const familyOf = (text: string): 4 | 6 | undefined => {
	if (ipv4.test(text)) {
		return 4;
	}

	return /^[\da-f:.]*:[\da-f:.]*$/i.test(text) && URL.canParse(`http://[${text}]`) ? 6 : undefined;
};

const address = (text: string): string => {
	if (familyOf(text) === undefined) {
		throw new RangeError(`${text} is no IP address`);
	}

	return text;
};

const subnet = (text: string): string => {
	const [network = '', length = ''] = text.split('/');
	const longest = familyOf(network) === 6 ? 128 : 32;
	if (!/^\d{1,3}$/.test(length) || Number(length) > longest) {
		throw new RangeError(`${text} is no subnet`);
	}

	return `${address(network)}/${length}`;
};
