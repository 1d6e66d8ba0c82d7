import test from 'ava';
import {isUsedHere} from '../../../src/runtime/docker/mesh-network.ts';

test('a subnet in which this machine has an address already, such as one of a killed engine, is left alone', t => {
	const addresses = ['127.0.0.1', '::1', '10.213.105.1', 'fd0d:e5:169::1'];
	t.true(isUsedHere(105, addresses));
	t.false(isUsedHere(10, addresses));
	t.false(isUsedHere(1, addresses));
});
