import test from 'ava';
import fc from 'fast-check';
import {hostFit, hostOf} from '../../src/routing/host-match.ts';

for (const [authority, host] of [
	['shop.localhost', 'shop.localhost'],
	['Shop.LOCALHOST:8443', 'shop.localhost'],
	['shop.localhost.', 'shop.localhost'],
	['shop.localhost.:8080', 'shop.localhost'],
	['shop.localhost:', 'shop.localhost'],
	['[::1]:8080', '[::1]'],
	['[::1]', '[::1]'],
	['127.0.0.1:8080', '127.0.0.1'],
	['', ''],
] as const) {
	test(`the host of "${authority}" is "${host}"`, t => {
		t.is(hostOf(authority), host);
	});
}

test('an exact name goes before a long wildcard, that before a short one, * last', t => {
	const patterns = ['*', '*.localhost', '*.shop.localhost', 'web.shop.localhost'];
	const fits = patterns.map(pattern => hostFit(pattern, 'web.shop.localhost'));
	t.deepEqual(
		fits,
		[...fits].sort((one, two) => one - two),
	);
	t.is(new Set(fits).size, patterns.length);
	t.true(fits.every(fit => fit > 0));
});

test('a wildcard stands for one label or more, never for none', t => {
	t.true(hostFit('*.shop.localhost', 'a.shop.localhost') > 0);
	t.true(hostFit('*.shop.localhost', 'a.b.shop.localhost') > 0);
	t.is(hostFit('*.shop.localhost', 'shop.localhost'), 0);
	t.is(hostFit('*.shop.localhost', 'workshop.localhost'), 0);
	t.is(hostFit('*.shop.localhost', '.shop.localhost'), 0);
});

test('a name fits itself alone', t => {
	const name = fc.domain();
	fc.assert(
		fc.property(name, name, (one, other) => {
			t.is(hostFit(one, other) > 0, one === other);
		}),
	);
});
