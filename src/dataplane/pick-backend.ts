// Chooses the backend of a request by its route's weights.
import {drawByHash} from '../common/random.ts';
import type {Filter} from '../http/filter.ts';
import {pickBackend} from '../routing/pick-backend.ts';
import type {WeightedBackend} from '../routing/route.ts';
import type {ChainTools} from './chain-tools.ts';

/** Draws once; the same request key draws the same backend. */
export const pickBackendOf =
	(route: string, backends: readonly WeightedBackend[], {seed}: ChainTools): Filter =>
	(exchange, next) => {
		const {service, version} = pickBackend(backends, drawByHash(seed, `${route}|${exchange.key}`));
		exchange.record.destination = service;
		exchange.record.version = version;
		return next({...exchange, backend: {service, ...(version !== undefined && {version})}});
	};
