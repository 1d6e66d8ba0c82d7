import test from 'ava';
import fc from 'fast-check';
import {readMounts, readTmpfs} from '../../../src/interop/compose/read-mount.ts';
import {readExposed, readPorts} from '../../../src/interop/compose/read-port.ts';
import {duration, keyValues, size, words} from '../../../src/interop/compose/readers.ts';
import {splitWords} from '../../../src/interop/compose/split-words.ts';
import {nodeOf} from './node-of.ts';

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

test('words that are quoted come back as they were', t => {
	fc.assert(
		fc.property(fc.array(fc.string()), list => {
			t.deepEqual(splitWords(list.map(quoted).join(' ')), list);
		}),
	);
});

test('any text is split, or refused, without an exception', t => {
	fc.assert(
		fc.property(fc.string(), line => {
			const split = splitWords(line);
			return split === undefined || split.every(word => typeof word === 'string');
		}),
	);
	t.deepEqual(splitWords('a  "b c"\\ d \'e"f\''), ['a', 'b c d', 'e"f']);
	t.is(splitWords('echo "open'), undefined);
});

test('a range of published ports goes to a range of the same length, one to one', t => {
	fc.assert(
		fc.property(
			fc.integer({min: 1, max: 500}),
			fc.integer({min: 1, max: 60_000}),
			fc.integer({min: 1, max: 60_000}),
			(length, from, to) => {
				const {node, codes} = nodeOf([`${from}-${from + length}:${to}-${to + length}/udp`]);
				const ports = readPorts(node) ?? [];
				t.deepEqual(codes(), []);
				t.is(ports.length, length + 1);
				t.true(ports.every(({target, published}) => Number(published) - target === from - to));
			},
		),
		{numRuns: 30},
	);
});

test('any text for a port is read, or refused with its place', t => {
	fc.assert(
		fc.property(
			fc.oneof(fc.string(), fc.integer(), fc.string({unit: fc.constantFrom(...'0123456789:-/.tcpud[]')})),
			text => {
				const {node, codes} = nodeOf([text]);
				const ports = readPorts(node) ?? [];
				return codes().length > 0
					? ports.length === 0
					: ports.every(({target}) => Number.isInteger(target) && target >= 1 && target <= 65_535);
			},
		),
		{numRuns: 2000},
	);
	t.pass();
});

test('the ways to write a port', t => {
	const portsOf = (...written: unknown[]) => readPorts(nodeOf(written).node);
	t.deepEqual(portsOf(8080), [{target: 8080, protocol: 'tcp'}]);
	t.deepEqual(portsOf('127.0.0.1::5000'), [{target: 5000, protocol: 'tcp', hostIp: '127.0.0.1'}]);
	t.deepEqual(portsOf('[::1]:81:80'), [{target: 80, published: '81', protocol: 'tcp', hostIp: '::1'}]);
	t.deepEqual(portsOf('8000-9000:80'), [{target: 80, published: '8000-9000', protocol: 'tcp'}]);
	t.deepEqual(portsOf({target: 80, published: 8080, app_protocol: 'http', 'x-note': 1}), [
		{target: 80, published: '8080', protocol: 'tcp', appProtocol: 'http'},
	]);
	t.deepEqual(readExposed(nodeOf([3000, '8000-8001', '53/udp']).node), [
		{target: 3000, protocol: 'tcp'},
		{target: 8000, protocol: 'tcp'},
		{target: 8001, protocol: 'tcp'},
		{target: 53, protocol: 'udp'},
	]);
	for (const wrong of ['80:90:100', '0:80', '70000', '80-70:80', '1-2:1-3', 'web', {published: 80}]) {
		const {node, codes} = nodeOf([wrong]);
		readPorts(node);
		t.deepEqual(codes(), ['DM4001'], JSON.stringify(wrong));
	}
});

test('sizes are powers of 1024, whatever the case and the ending of their unit', t => {
	fc.assert(
		fc.property(
			fc.nat(1_000_000),
			fc.constantFrom('b', 'k', 'm', 'g'),
			fc.constantFrom('', 'b', 'ib'),
			(amount, unit, end) => {
				const expected = amount * 1024 ** 'bkmg'.indexOf(unit);
				const ending = unit === 'b' ? '' : end;
				t.is(size(nodeOf(`${amount}${unit}${ending}`).node) as number, expected);
				t.is(size(nodeOf(`${amount}${unit}${ending}`.toUpperCase()).node) as number, expected);
			},
		),
	);
	t.is(size(nodeOf('1.5gb').node) as number, 1.5 * 1024 ** 3);
	t.is(size(nodeOf(2048).node) as number, 2048);
});

test('durations are sums of their parts', t => {
	fc.assert(
		fc.property(fc.nat(50), fc.nat(59), fc.nat(59), fc.nat(999), (hours, minutes, seconds, rest) => {
			t.is(
				duration(nodeOf(`${hours}h${minutes}m${seconds}s${rest}ms`).node) as number,
				((hours * 60 + minutes) * 60 + seconds) * 1000 + rest,
			);
		}),
	);
	const {node, codes} = nodeOf('5 minutes');
	t.is(duration(node), undefined);
	t.deepEqual(codes(), ['DM4001']);
});

test('mounts are told apart by how their source begins', t => {
	const mountOf = (written: unknown) => readMounts(nodeOf([written]).node)?.[0];
	t.like(mountOf('data:/var/lib'), {kind: 'volume', source: 'data', target: '/var/lib', readOnly: false});
	t.like(mountOf('./conf:/etc/conf:ro,z'), {
		kind: 'bind',
		source: '/project/conf',
		readOnly: true,
		createHostPath: true,
	});
	t.like(mountOf('~/x:/x'), {kind: 'bind', source: '/home/me/x'});
	t.deepEqual(mountOf('/cache'), {kind: 'volume', target: '/cache', readOnly: false, createHostPath: true});
	t.like(mountOf({type: 'bind', source: '../a', target: '/a', read_only: true}), {source: '/a', createHostPath: false});
	t.like(readTmpfs(nodeOf('/run:size=64m,mode=1777').node)?.[0], {kind: 'tmpfs', target: '/run', size: 64 * 1024 ** 2});
	t.is(mountOf(':/media'), undefined);
	t.is(mountOf({type: 'npipe', source: 'a', target: '/a'}), undefined);
});

test('names with their values come as a group or as a list', t => {
	t.deepEqual(keyValues(nodeOf({A: 1, B: null, C: 'x=y', D: true}).node), {A: '1', B: null, C: 'x=y', D: 'true'});
	t.deepEqual(keyValues(nodeOf(['A=1', 'B', 'C=x=y', 'E=']).node), {A: '1', B: null, C: 'x=y', E: ''});
	t.deepEqual(words(nodeOf('sh -c "a b"').node), ['sh', '-c', 'a b']);
	t.deepEqual(words(nodeOf([]).node), []);
	t.is(words(nodeOf(null).node), undefined);
});
