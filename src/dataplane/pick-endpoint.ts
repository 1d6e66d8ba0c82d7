// Chooses the instance of an attempt.
import type {Filter} from '../http/filter.ts';
import type {ChainTools} from './chain-tools.ts';

/** Takes another instance than the attempt before, where there is one. */
export const pickEndpoint =
	({endpoints}: ChainTools): Filter =>
	async (exchange, next) => {
		const {endpoint} = await endpoints.pick({
			backend: exchange.backend ?? {service: exchange.destination},
			avoid: exchange.record.endpoint,
			signal: exchange.signal,
		});
		exchange.record.endpoint = endpoint.id;
		exchange.record.version = endpoint.version;
		exchange.record.attempts = exchange.attempt;
		return next({...exchange, endpoint: endpoint.id});
	};
