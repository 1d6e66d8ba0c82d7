// Makes trouble on purpose, where the rules of a destination say so.
import {createFilter} from '../filters/filter-table.ts';
import {chain, type Filter} from '../http/filter.ts';
import type {Destination, FaultRule} from '../model/snapshot.ts';
import {compileRequestMatch} from '../routing/request-match.ts';
import {type ChainTools, filterTools} from './chain-tools.ts';

/** Compiles the faults of all destinations; those of the drawn backend's service hold. Throws re2js's syntax error on a regular expression that is none. */
export const compileFaults = (destinations: readonly Destination[], tools: ChainTools): Filter => {
	const faults = new Map(destinations.map(({service, faults: rules}) => [service, compileRules(rules, tools)]));
	return (exchange, next) => (faults.get(exchange.backend?.service ?? '') ?? passOn)(exchange, next);
};

const passOn: Filter = (exchange, next) => next(exchange);

const compileRules = (rules: readonly FaultRule[], tools: ChainTools): Filter => {
	const compiled = rules.map(({id, matches, filters}) => ({
		matches: matches.map(compileRequestMatch),
		filters: filters.map(spec => createFilter(spec, filterTools(id, tools))),
	}));
	return (exchange, next) => {
		const request = {head: exchange.request, caller: exchange.caller.service};
		const matching = compiled.filter(
			({matches}) => matches.length === 0 || matches.some(match => match(request).matches),
		);
		return chain(
			matching.flatMap(({filters}) => filters),
			next,
		)(exchange);
	};
};
