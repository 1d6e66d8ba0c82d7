#!/usr/bin/env node
// Plain JavaScript that old versions of Node can read: they get one sentence instead of a stack trace.
import {readFileSync} from 'node:fs';

const {engines} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

if (isSupported(process.versions.node, engines.node)) {
	import('../dist/cli/main.js').then(({main}) => main(import.meta.url));
} else {
	process.stderr.write(`devmesh needs Node ${inWords(engines.node)}; this is Node ${process.versions.node}.\n`);
	process.exitCode = 1;
}

/** Understands the two kinds of range that `engines` uses: `^22.22` and `>=26`, joined by `||`. */
function isSupported(version, ranges) {
	const [major, minor] = version.split('.').map(Number);
	return ranges.split('||').some(range => {
		const [, kind, wantedMajor, wantedMinor] = /^\s*(\^|>=)(\d+)(?:\.(\d+))?\s*$/.exec(range);
		const isSameLine = major === Number(wantedMajor);
		return (isSameLine && minor >= Number(wantedMinor || 0)) || (kind === '>=' && major > Number(wantedMajor));
	});
}

/** `^22.22 || ^24.12 || >=26` → `22.22 or newer in its line, 24.12 or newer in its line, or 26 or newer`, shortened. */
function inWords(ranges) {
	const names = ranges.split('||').map(range =>
		range
			.trim()
			.replace(/^\^(.*)$/, '$1+')
			.replace(/^>=(.*)$/, '$1 or newer'),
	);
	return `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`;
}
