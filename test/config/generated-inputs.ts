// Inputs of golden cases that nobody wants in a repository.

const smallest = 'services:\n  web: { port: 8080, command: node web.js }\n';

export const generatedInputs: Readonly<Record<string, () => string | Uint8Array>> = {
	'binary-an-image': () => Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d),
	'binary-zero-bytes': () => `${smallest}\0\0\0`,
	'binary-another-encoding': () => Buffer.from(`\uFEFF${smallest}`, 'utf16le'),
	'binary-latin-1': () => Buffer.from('services: { web: { port: 8080, command: caf\u00E9 } }', 'latin1'),
	'size-10-mb': () => `${smallest}${'# and so on\n'.repeat(870_000)}`,
	'size-many-unknown-keys': () => `${smallest}${Array.from({length: 5000}, (_, index) => `key${index}: 1\n`).join('')}`,
	'size-many-services': () =>
		`services:\n${Array.from({length: 501}, (_, index) => `  s${index}: { port: 8080, command: node s.js }\n`).join('')}`,
	'size-many-values': () => `services: [${'1,'.repeat(60_000)}]\n`,
	'size-nested-deeply': () => `services: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`,
	'size-one-long-line': () => `services: { web: { port: 8080, command: "${'x'.repeat(6000)}", helth: {} } }\n`,
	'valid-byte-order-mark': () => Buffer.from(`\uFEFF${smallest}`),
};
