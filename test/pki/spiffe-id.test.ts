import test from 'ava';
import fc from 'fast-check';
import {parseSpiffeId, spiffeId} from '../../src/pki/spiffe-id.ts';

test('what is written can be read', t => {
	const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
	fc.assert(
		fc.property(name, name, name, (trustDomain, namespace, service) => {
			t.deepEqual(parseSpiffeId(spiffeId(trustDomain, namespace, service)), {trustDomain, namespace, service});
		}),
	);
});

for (const text of [
	'',
	'http://shop/ns/default/sa/web',
	'spiffe://shop/ns/default/sa/',
	'spiffe://shop/ns/default/sa/web/more',
	'spiffe:///ns/a/sa/b',
]) {
	test(`"${text}" is no id of a service`, t => {
		t.is(parseSpiffeId(text), undefined);
	});
}
