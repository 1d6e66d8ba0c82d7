import http from 'node:http';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import test from 'ava';
import {startBookinfo} from '../../support/bookinfo.ts';
import {startTestEngine} from '../../support/test-engine.ts';

/** Bookinfo with two services as local processes: one that containers call, one that calls containers and is called by them. */
const startMixed: typeof startBookinfo = async t =>
	startBookinfo(t, {kind: 'containers', engine: await startTestEngine()}, config =>
		config
			.replace('  productpage:\n', '  productpage:\n    runtime: process\n')
			.replace('  ratings:\n', '  ratings:\n    runtime: process\n'),
	);

/** Gives the body of an answer. */
const read = (url: string, headers: Readonly<Record<string, string>>): Promise<string> =>
	new Promise((resolve, reject) => {
		http.get(url, {headers}, response => resolve(text(response))).on('error', reject);
	});

test.serial(
	'local processes and containers of one mesh call each other, with the rules and identities of both',
	async t => {
		const mesh = await startMixed(t);
		const {services} = await mesh.status();
		const placeOf = (name: string) =>
			services.find(({service}) => service === name)?.instances.map(({container}) => container !== undefined);
		t.deepEqual([placeOf('ratings'), placeOf('productpage'), placeOf('details')], [[false], [false], [true]]);
		const url = `http://127.0.0.1:${await mesh.httpPort()}/productpage`;
		const page = await read(url, {host: 'bookinfo.localhost', 'end-user': 'jason'});
		t.regex(page, /color="black"|black/, 'the container of reviews was answered by the process of ratings');
		const log = await mesh.accessLog();
		const inbound = log.filter(({sidecar, direction}) => sidecar === 'ratings-1' && direction === 'inbound');
		t.true(
			inbound.some(({caller, status}) => caller === 'reviews' && status === 200),
			'the caller is known by its certificate',
		);
		t.true(
			log.some(
				({sidecar, direction, caller}) =>
					sidecar === 'reviews-v2-1' && direction === 'inbound' && caller === 'productpage',
			),
		);
		t.is(
			await mesh.callFrom('details-1', 'ratings', '/ratings/1'),
			403,
			'who is not listed is refused by the process, too',
		);
		t.is(await mesh.callFrom('reviews-v1-1', 'ratings', '/ratings/1'), 200);
	},
);

test.serial('more calls at once than connections are kept at hand are all answered by the local process', async t => {
	const mesh = await startMixed(t);
	const codes = await Promise.all(
		Array.from({length: 12}, () => mesh.callFrom('reviews-v2-1', 'ratings', '/ratings/1')),
	);
	t.deepEqual([...new Set(codes)], [200]);
});

test.serial('a mesh stays where `up` was told to run it, also after its control plane was killed', async t => {
	const mesh = await startMixed(t);
	const {controlPlane, engine} = await mesh.status();
	t.truthy(engine);
	const moved = await mesh.user.devmesh('up', '-d', '--runtime', 'process');
	t.is(moved.code, 1);
	t.regex(moved.stderr, /DM6023.*with --runtime docker.*devmesh down/s);
	process.kill(controlPlane.pid, 'SIGKILL');
	const again = await mesh.user.devmesh('up', '-d');
	t.is(again.code, 0, again.stdout + again.stderr);
	const {runtime, services} = await mesh.status();
	t.is(runtime, 'docker');
	t.regex(services.find(({service}) => service === 'details')?.instances[0]?.container ?? '', /-details-1$/);
});
