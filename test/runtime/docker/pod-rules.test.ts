import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {addedRules, podRules} from '../../../src/runtime/docker/pod-rules.ts';
import type {PodSettings} from '../../../src/runtime/docker/pod-settings.ts';

// UPDATE=1 writes the expected files: read the difference before you commit it.
const golden = path.join(import.meta.dirname, 'golden');

const settings: PodSettings = {
	capturePorts: {80: 15101, 9080: 15100},
	plainPorts: {9080: 15006},
	openPorts: [15006, 15443],
	hostDoors: [15200],
	meshUdpPorts: [5354],
	udpPorts: [5353],
	gateway: {v4: '10.213.4.1', v6: 'fd00:4::1'},
	subnets: {v4: '10.213.4.0/24', v6: 'fd00:4::/64'},
	isolate: true,
	user: 65532,
};

const cases: Readonly<Record<string, string>> = {
	'pod-with-everything': podRules(settings),
	'pod-over-ipv4-alone': podRules({...settings, gateway: {v4: '10.213.4.1'}, subnets: {v4: '10.213.4.0/24'}}),
	'pod-without-ports': podRules({
		...settings,
		capturePorts: {},
		plainPorts: {},
		openPorts: [],
		hostDoors: [],
		udpPorts: [],
		meshUdpPorts: [],
	}),
	'pod-without-isolation': podRules({...settings, plainPorts: {80: 8080}, nameServer: '10.213.4.2', isolate: false}),
	'pod-grows': addedRules({capturePorts: {443: 15102}, plainPorts: {443: 14600}, hostDoors: [15201, 15201]}),
};

for (const [name, rules] of Object.entries(cases)) {
	test(`golden: ${name}`, async t => {
		const file = path.join(golden, `${name}.nft`);
		if (process.env['UPDATE'] === '1') {
			await writeFile(file, rules);
		}

		t.is(rules, await readFile(file, 'utf8'));
	});
}

test('nothing but ports, addresses and subnets gets into the rules', t => {
	for (const wrong of [
		{capturePorts: {'80; flush ruleset': 1}},
		{capturePorts: {80: 0}},
		{plainPorts: {80: 0}},
		{nameServer: '10.0.0.1 accept'},
		{openPorts: [65_536]},
		{hostDoors: [1.5]},
		{gateway: {v4: '10.0.0.1 accept'}},
		{subnets: {v4: '10.0.0.0'}},
		{subnets: {v4: '10.0.0.0/33'}},
		{subnets: {v4: '10.0.0.0/24', v6: 'nowhere/64'}},
	]) {
		t.throws(() => podRules({...settings, ...wrong}), {instanceOf: RangeError}, JSON.stringify(wrong));
	}
});
