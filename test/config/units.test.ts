import test from 'ava';
import fc from 'fast-check';
import {bytes, ms, ratio} from '../../src/common/units.ts';
import {parseDuration, parsePercent, parseSize} from '../../src/config/parse-units.ts';

test('durations are read in all of their units', t => {
	t.is(parseDuration('0s'), ms(0));
	t.is(parseDuration('250ms'), ms(250));
	t.is(parseDuration('1.5m'), ms(90_000));
	t.is(parseDuration('1h500ms'), ms(3_600_500));
	t.is(parseDuration('24h'), ms(86_400_000));
});

test('what is no duration is not guessed at', t => {
	for (const text of ['', '10', '10 s', '-1s', '1S', '1d', 's', '.5s', '1e3s', '24h1ms', '1s,2s']) {
		t.is(parseDuration(text), undefined, text);
	}
});

test('a duration that is written in parts is read as their sum', t => {
	const parts = fc.record({h: fc.nat(10), m: fc.nat(100), s: fc.nat(1000), ms: fc.nat(100_000)});
	fc.assert(
		fc.property(parts, ({h, m, s, ms: rest}) => {
			t.is(parseDuration(`${h}h${m}m${s}s${rest}ms`), ms(h * 3_600_000 + m * 60_000 + s * 1000 + rest));
		}),
	);
});

test('a size is read in bytes, whatever its unit', t => {
	const units = {B: 1, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30};
	fc.assert(
		fc.property(fc.nat(8_000_000), fc.constantFrom(...Object.entries(units)), (amount, [unit, factor]) => {
			t.is(parseSize(`${amount}${unit}`), bytes(amount * factor));
		}),
	);
	for (const text of ['', '64', '64 KiB', '64Ki', '64kb', '-1B', '99999999999999999999GB']) {
		t.is(parseSize(text), undefined, text);
	}
});

test('a percentage is the same as a number, with a sign, and as a text', t => {
	fc.assert(
		fc.property(fc.integer({min: 0, max: 1000}), tenths => {
			const percent = tenths / 10;
			for (const value of [percent, `${percent}`, `${percent}%`]) {
				t.is(parsePercent(value), ratio(percent / 100));
			}
		}),
	);
	t.is(parsePercent(1e-7), ratio(1e-7 / 100));
	for (const value of [101, -1, Number.NaN, '', '%', '5 %', '5%%', '1e1', 'half']) {
		t.is(parsePercent(value), undefined, String(value));
	}
});
