import test from 'ava';
import fc from 'fast-check';
import {normalizePath, type PathNormalization} from '../../src/http/normalize-path.ts';

const options: readonly PathNormalization[] = ['NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'];

// Path, and what each option makes of it. The first are Istio's own examples.
const table: readonly (readonly [string, string, string, string, string])[] = [
	['/a/../b', '/a/../b', '/b', '/b', '/b'],
	['/a//b', '/a//b', '/a//b', '/a/b', '/a/b'],
	['/a%2fb', '/a%2fb', '/a%2fb', '/a%2fb', '/a/b'],
	['/some%2fdata/%61%62%63', '/some%2fdata/%61%62%63', '/some%2fdata/abc', '/some%2fdata/abc', '/some/data/abc'],
	['/some\\data', '/some\\data', '/some/data', '/some/data', '/some/data'],
	['/some//data///abc', '/some//data///abc', '/some//data///abc', '/some/data/abc', '/some/data/abc'],
	['/public/./data/abc/../xyz', '/public/./data/abc/../xyz', ...Array<string>(3).fill('/public/data/xyz')] as never,
	['/%2e%2E/a', '/%2e%2E/a', '/a', '/a', '/a'],
	['/a/b/%2e%2e%5cc', '/a/b/%2e%2e%5cc', '/a/b/..%5cc', '/a/b/..%5cc', '/a/c'],
	['/a%5Cb', '/a%5Cb', '/a%5Cb', '/a%5Cb', '/a/b'],
	['/%252e%252e/a', ...Array<string>(4).fill('/%252e%252e/a')] as never,
	['/a/..', '/a/..', '/', '/', '/'],
	['/a/b/.', '/a/b/.', '/a/b/', '/a/b/', '/a/b/'],
	['/..', '/..', '/', '/', '/'],
	['/../../a', '/../../a', '/a', '/a', '/a'],
	['/a/.../b/.c/..d', ...Array<string>(4).fill('/a/.../b/.c/..d')] as never,
	['/a//../b', '/a//../b', '/a/b', '/a/b', '/a/b'],
	['/%', ...Array<string>(4).fill('/%')] as never,
	['/%zz%4', ...Array<string>(4).fill('/%zz%4')] as never,
	['/%7e%2d%5F%2E%41%30%3b%20', '/%7e%2d%5F%2E%41%30%3b%20', ...Array<string>(3).fill('/~-_.A0%3b%20')] as never,
	['*', '*', '*', '*', '*'],
	['/', '/', '/', '/', '/'],
];

for (const [index, option] of options.entries()) {
	test(`paths under ${option}`, t => {
		for (const [path, ...expected] of table) {
			t.is(normalizePath(path, option), expected[index] as string, path);
		}

		t.is(normalizePath('/a%00', option), undefined);
	});
}

const spelling = fc
	.array(fc.constantFrom('/', '\\', '.', '..', '%2e', '%2F', '%5c', 'a', '%61', '%', '%25', '2e', ';'), {maxLength: 12})
	.map(parts => `/${parts.join('')}`);

test('nothing steps above the root, and no dots are left', t => {
	fc.assert(
		fc.property(spelling, fc.constantFrom(...options.slice(1)), (path, option) => {
			const normalized = normalizePath(path, option) as string;
			t.true(normalized.startsWith('/'));
			t.false(normalized.split('/').some(segment => segment === '.' || segment === '..'));
			t.false(option !== 'BASE' && normalized.includes('//'));
		}),
	);
});
