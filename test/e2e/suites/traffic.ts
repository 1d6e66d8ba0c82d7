// What traffic through bookinfo must do, wherever its services run.
import http from 'node:http';
import test, {type ExecutionContext} from 'ava';
import {type AccessLine, type Bookinfo, sendOnOneSocket, statusOf} from '../../support/bookinfo.ts';

/** Tells whether a share of so many draws lies within three standard deviations of what was asked for. */
const isWithin3Sigma = (hits: number, draws: number, share: number): boolean =>
	Math.abs(hits - draws * share) <= 3 * Math.sqrt(draws * share * (1 - share));

const flushed = async (
	mesh: Bookinfo,
	isWanted: (line: AccessLine) => boolean,
	count: number,
): Promise<readonly AccessLine[]> => {
	for (;;) {
		const lines = (await mesh.accessLog()).filter(isWanted);
		if (lines.length >= count) {
			return lines;
		}
	}
};

const count = (lines: readonly AccessLine[], version: string): number =>
	lines.filter(line => line.version === version).length;

/** Declares the tests for a bookinfo that `start` brings up. */
export const trafficSuite = (start: (t: ExecutionContext) => Promise<Bookinfo>): void => {
	test.serial('weights hold on one open connection before a save and, without a new connection, after it', async t => {
		const mesh = await start(t);
		const url = `${await mesh.urlOf('reviews')}/reviews/1`;
		const agent = new http.Agent({keepAlive: true, maxSockets: 1});
		t.teardown(() => agent.destroy());
		const isOurs = (line: AccessLine) => line.sidecar === 'host' && line.destination === 'reviews';

		for (let sent = 0; sent < 400; sent++) {
			t.is(await statusOf(url, agent, {}), 200);
		}

		const before = await flushed(mesh, isOurs, 400);
		t.is(before.length, 400);
		t.true(isWithin3Sigma(count(before, 'v3'), 400, 0.1), `${count(before, 'v3')} of 400 went to v3`);
		t.is(count(before, 'v1') + count(before, 'v3'), 400);

		await mesh.save(text => text.replace(/weight: 90/, 'weight: 40').replace(/weight: 10/, 'weight: 60'));
		for (let sent = 0; sent < 400; sent++) {
			t.is(await statusOf(url, agent, {}), 200);
		}

		const after = (await flushed(mesh, isOurs, 800)).slice(400);
		t.true(isWithin3Sigma(count(after, 'v3'), 400, 0.6), `${count(after, 'v3')} of 400 went to v3`);
		t.is(
			new Set([...before, ...after].map(({connection}) => connection)).size,
			1,
			'it was one connection all the time',
		);
	});

	test.serial('jason sees reviews v2, and a fifth of his calls to ratings is held for 2 seconds', async t => {
		const mesh = await start(t);
		const url = `${await mesh.urlOf('reviews')}/reviews/1`;
		const lanes = Array.from({length: 20}, () => sendOnOneSocket(url, 10, {'end-user': 'jason'}));
		const codes = (await Promise.all(lanes)).flat();
		t.true(codes.every(code => code === 200));

		const toReviews = await flushed(mesh, line => line.sidecar === 'host' && line.destination === 'reviews', 200);
		t.is(count(toReviews, 'v2'), 200);
		const toRatings = await flushed(
			mesh,
			line => line.direction === 'outbound' && line.caller === 'reviews' && line.destination === 'ratings',
			200,
		);
		const held = toRatings.filter(({flags}) => flags.split(',').includes('DI')).length;
		t.true(isWithin3Sigma(held, toRatings.length, 0.2), `${held} of ${toRatings.length} were held`);
	});

	test.serial('the page opens through the gateway under its name', async t => {
		const mesh = await start(t);
		const port = await mesh.httpPort();
		const code = await statusOf(`http://127.0.0.1:${port}/`, undefined, {host: `bookinfo.localhost:${port}`});
		t.is(code, 200);
		const lost = await statusOf(`http://127.0.0.1:${port}/`, undefined, {host: 'elsewhere.localhost'});
		t.is(lost, 404);
	});
};
