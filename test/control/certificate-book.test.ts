import test from 'ava';
import {createManualClock} from '../../src/common/manual-clock.ts';
import {ms} from '../../src/common/units.ts';
import {createCertificateBook} from '../../src/control/certificate-book.ts';

const day = 86_400_000;

const createScene = () => {
	const clock = createManualClock();
	const issued: string[] = [];
	const book = createCertificateBook(async name => {
		issued.push(name);
		return {
			certPem: `${name} ${issued.length}`,
			keyPem: '',
			notBefore: clock.wall() - day,
			notAfter: clock.wall() + day,
		};
	}, clock);
	return {clock, issued, book};
};

test('a name gets one certificate, however often it is asked for', async t => {
	const {book, issued} = createScene();
	t.true(await book.ensure(['reviews', 'reviews']));
	t.false(await book.ensure(['reviews']));
	t.deepEqual(issued, ['reviews']);
});

test('a certificate is renewed at half of its time', async t => {
	const {book, clock} = createScene();
	await book.ensure(['reviews']);
	await clock.advance(ms(day / 2 - 1));
	t.false(await book.ensure(['reviews']));
	await clock.advance(ms(1));
	t.true(await book.ensure(['reviews']));
	t.is(book.of('reviews').certPem, 'reviews 2');
});

test('a name that was never asked for has none', t => {
	t.throws(() => createScene().book.of('ratings'), {instanceOf: RangeError});
});
