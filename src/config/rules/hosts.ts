// Hosts of the gateway.
import type {Finding} from '../finding.ts';
import type {Rule} from './rule.ts';

const pattern = /^(\*|(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?)$/i;

export const hosts: Rule = ({ingress = []}) =>
	ingress.flatMap(({host, to, routes}, index): readonly Finding[] => [
		...(pattern.test(host) ? [] : [badHost(index, host)]),
		...(ingress.slice(0, index).some(other => other.host.toLowerCase() === host.toLowerCase())
			? [repeatedHost(index, host)]
			: []),
		...((to === undefined) === (routes === undefined) ? [noTarget(index, host, to !== undefined)] : []),
	]);

const badHost = (index: number, host: string): Finding => ({
	code: 'DM2016',
	path: ['ingress', index, 'host'],
	finding: `"${host}" is no host name`,
	remedy: 'Write a name such as shop.localhost, *.shop.localhost, or * for any; the port is in gateway: { httpPort }.',
});

const repeatedHost = (index: number, host: string): Finding => ({
	code: 'DM2017',
	path: ['ingress', index, 'host'],
	finding: `the host ${host} stands here twice`,
	remedy: 'Put the routes of both under one of them.',
});

const noTarget = (index: number, host: string, isBoth: boolean): Finding => ({
	code: 'DM2021',
	path: ['ingress', index],
	finding: isBoth ? `${host} has both to and routes` : `${host} leads nowhere`,
	remedy: 'Give either to: with a service, or routes: with their backends.',
});
