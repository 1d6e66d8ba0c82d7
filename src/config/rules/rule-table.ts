// Every rule that devmesh knows. A new one is one file and one line here.
import {appPorts} from './app-ports.ts';
import {dependencyCycles} from './dependency-cycles.ts';
import {faultEffects} from './fault-effects.ts';
import {hosts} from './hosts.ts';
import {knownBackends} from './known-backends.ts';
import {knownServices} from './known-services.ts';
import {matchShapes} from './match-shapes.ts';
import {placeholders} from './placeholders.ts';
import {regularExpressions} from './regular-expressions.ts';
import type {Rule} from './rule.ts';
import {runnable} from './runnable.ts';
import {serviceNames} from './service-names.ts';
import {serviceShapes} from './service-shapes.ts';
import {timeouts} from './timeouts.ts';
import {unreachableRoutes} from './unreachable-routes.ts';
import {weights} from './weights.ts';

export const rules: readonly Rule[] = [
	serviceNames,
	serviceShapes,
	runnable,
	appPorts,
	placeholders,
	knownServices,
	knownBackends,
	dependencyCycles,
	weights,
	matchShapes,
	regularExpressions,
	unreachableRoutes,
	timeouts,
	faultEffects,
	hosts,
];
