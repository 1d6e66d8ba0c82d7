// Every rule that devmesh knows. A new one is one file and one line here.
import {appPorts} from './app-ports.ts';
import {dependencyConditions} from './dependency-conditions.ts';
import {dependencyCycles} from './dependency-cycles.ts';
import {enforcedPolicies} from './enforced-policies.ts';
import {faultEffects} from './fault-effects.ts';
import {gatewayPorts} from './gateway-ports.ts';
import {headerNames} from './header-names.ts';
import {hosts} from './hosts.ts';
import {instanceNames} from './instance-names.ts';
import {jobs} from './jobs.ts';
import {knownBackends} from './known-backends.ts';
import {knownServices} from './known-services.ts';
import {matchShapes} from './match-shapes.ts';
import {pathMatches} from './path-matches.ts';
import {placeholders} from './placeholders.ts';
import {plainCallers} from './plain-callers.ts';
import {ports} from './ports.ts';
import {profiles} from './profiles.ts';
import {regularExpressions} from './regular-expressions.ts';
import {routeNames} from './route-names.ts';
import type {Rule} from './rule.ts';
import {runnable} from './runnable.ts';
import {serviceNames} from './service-names.ts';
import {serviceShapes} from './service-shapes.ts';
import {tcpServices} from './tcp-services.ts';
import {timeouts} from './timeouts.ts';
import {udpPorts} from './udp-ports.ts';
import {unreachableRoutes} from './unreachable-routes.ts';
import {weights} from './weights.ts';

export const rules: readonly Rule[] = [
	serviceNames,
	instanceNames,
	serviceShapes,
	runnable,
	jobs,
	ports,
	udpPorts,
	appPorts,
	placeholders,
	profiles,
	knownServices,
	knownBackends,
	dependencyCycles,
	dependencyConditions,
	weights,
	routeNames,
	matchShapes,
	pathMatches,
	headerNames,
	regularExpressions,
	unreachableRoutes,
	timeouts,
	tcpServices,
	faultEffects,
	enforcedPolicies,
	plainCallers,
	hosts,
	gatewayPorts,
];
