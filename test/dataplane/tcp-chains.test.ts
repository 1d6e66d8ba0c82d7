import {PassThrough} from 'node:stream';
import test from 'ava';
import {systemClock} from '../../src/common/clock.ts';
import {createIdSource} from '../../src/common/trace-ids.ts';
import {ms} from '../../src/common/units.ts';
import {createBell} from '../../src/dataplane/bell.ts';
import {createEndpointTable} from '../../src/dataplane/endpoint-table.ts';
import type {Forwarder} from '../../src/dataplane/engine/forwarder.ts';
import {compileTcpOutbound} from '../../src/dataplane/tcp-chains.ts';
import type {Destination} from '../../src/model/snapshot.ts';
import {exchangeOf} from '../support/exchange.ts';

const db: Destination = {
	service: 'db',
	port: 5432,
	protocol: 'tcp',
	routes: [{name: 'db', matches: [], backends: [{service: 'db', weight: 1}], filters: []}],
	faults: [],
	endpoints: [1, 2].map(number => ({
		id: `db-${number}`,
		service: 'db',
		version: 'default',
		address: '127.0.0.1',
		port: number,
		transport: {kind: 'plain'},
		state: 'ready',
	})),
	loadBalancer: 'least-request',
};

test('a raw connection counts as under way from its dial to its close, so that the next one goes elsewhere', async t => {
	const draws = [0, 0.9, 0, 0.9, 0, 0.9];
	const random = () => draws.shift() ?? 0;
	const endpoints = createEndpointTable({clock: systemClock, random, bell: createBell(systemClock)});
	endpoints.update([db], ms(0));
	const connections: PassThrough[] = [];
	const connect = async () => {
		const connection = new PassThrough();
		connections.push(connection);
		return connection;
	};

	const handler = compileTcpOutbound(db, {
		clock: systemClock,
		random,
		seed: 1,
		endpoints,
		forwarder: {connect} as unknown as Forwarder,
		ids: createIdSource(),
	});
	const chosen = async (): Promise<string | undefined> => {
		const exchange = exchangeOf();
		await handler(exchange);
		return exchange.record.endpoint;
	};

	t.is(await chosen(), 'db-1');
	t.is(await chosen(), 'db-2');
	connections[0]?.destroy();
	await new Promise(resolve => connections[0]?.once('close', resolve));
	t.deepEqual(
		[1, 2].map(number => endpoints.find('db', `db-${number}`)?.underWay),
		[0, 1],
	);
	t.is(await chosen(), 'db-1');
});
