// Checks a fault that is to be added to a running mesh.
import type {Milliseconds} from '../common/units.ts';
import type {Diagnostic} from '../model/diagnostic.ts';
import type {FaultConfig, MeshConfig} from '../model/mesh-config.ts';
import {isRaw} from '../model/raw-protocol.ts';
import {buildFault} from './build-traffic.ts';
import {explainDefault, explainIssues} from './explain-issues.ts';
import type {Finding} from './finding.ts';
import {wholeFile} from './place-finding.ts';
import {faultEffects} from './rules/fault-effects.ts';
import {headerNames} from './rules/header-names.ts';
import {findUnknownServices} from './rules/known-services.ts';
import {matchShapes} from './rules/match-shapes.ts';
import {pathMatches} from './rules/path-matches.ts';
import {regularExpressions} from './rules/regular-expressions.ts';
import {findRequestsOfTcp} from './rules/tcp-services.ts';
import {runningFault} from './schema/traffic.ts';

export interface FaultCheck {
	/** Absent when a diagnostic is an error. */
	readonly fault?: FaultConfig;
	/** How long it is to last; absent: until it is cleared. */
	readonly forMs?: Milliseconds;
	readonly diagnostics: readonly Diagnostic[];
}

/** Checks a fault in the shape that it has in the file, with `for` for how long, against the services of a config. It gets the id that is given. */
export const checkFault = (input: unknown, config: MeshConfig, id: string): FaultCheck => {
	const result = runningFault.safeParse(input, {reportInput: true, error: explainDefault});
	if (!result.success) {
		return {diagnostics: explainIssues(result.error.issues, {schema: runningFault, name: 'the fault'}).map(place)};
	}

	const {for: forMs, ...fault} = result.data;
	const alone = {services: {}, faults: [fault]};
	const names = config.services.map(({name}) => name);
	const tcp = config.services.filter(({protocol}) => isRaw(protocol)).map(({name}) => name);
	const findings = [
		...findUnknownServices(alone, names),
		...findRequestsOfTcp(alone, new Set(tcp)),
		...[faultEffects, matchShapes, pathMatches, headerNames, regularExpressions].flatMap(rule => rule(alone)),
	];
	return findings.length > 0
		? {diagnostics: findings.map(place)}
		: {fault: buildFault(fault, id), ...(forMs !== undefined && {forMs}), diagnostics: []};
};

const place = ({code, severity = 'error', finding, remedy}: Finding): Diagnostic => ({
	code,
	severity,
	finding,
	remedy,
	...wholeFile('fault'),
});
