import test from 'ava';
import {upgradeOf, withoutHopByHop} from '../../src/http/hop-by-hop.ts';

test('fields of one connection are not passed on, those that Connection names included', t => {
	t.deepEqual(
		withoutHopByHop([
			'Host',
			'reviews',
			'Connection',
			'close, X-Secret',
			'x-secret',
			'1',
			'Keep-Alive',
			'timeout=5',
			'TE',
			'trailers',
			'Transfer-Encoding',
			'chunked',
			'Upgrade',
			'h2c',
			'Proxy-Connection',
			'keep-alive',
			'accept',
			'*/*',
		]),
		['Host', 'reviews', 'accept', '*/*'],
	);
});

test('an upgrade is asked for by two fields, not by one', t => {
	t.is(upgradeOf(['Connection', 'keep-alive, Upgrade', 'Upgrade', 'websocket']), 'websocket');
	t.is(upgradeOf(['Upgrade', 'websocket']), undefined);
	t.is(upgradeOf(['Connection', 'upgrade']), undefined);
});
