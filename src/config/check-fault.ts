// Checks a fault that is to be added to a running mesh.
import type {Milliseconds} from '../common/units.ts';
import type {Diagnostic} from '../model/diagnostic.ts';
import type {FaultConfig, MeshConfig} from '../model/mesh-config.ts';
import {buildFault} from './build-traffic.ts';
import {explainIssues} from './explain-issues.ts';
import type {Finding} from './finding.ts';
import {suggestName} from './nearest-name.ts';
import {wholeFile} from './place-finding.ts';
import {checkEffect} from './rules/fault-effects.ts';
import {matchShapes} from './rules/match-shapes.ts';
import {regularExpressions} from './rules/regular-expressions.ts';
import {type FaultInput, runningFault} from './schema/traffic.ts';

export interface FaultCheck {
	/** Absent when a diagnostic is an error. */
	readonly fault?: FaultConfig;
	/** How long it is to last; absent: until it is cleared. */
	readonly forMs?: Milliseconds;
	readonly diagnostics: readonly Diagnostic[];
}

/** Checks a fault in the shape that it has in the file, with `for` for how long, against the services of a config. It gets the id that is given. */
export const checkFault = (input: unknown, config: MeshConfig, id: string): FaultCheck => {
	const result = runningFault.safeParse(input, {reportInput: true});
	if (!result.success) {
		return {diagnostics: explainIssues(result.error.issues, runningFault).map(place)};
	}

	const {for: forMs, ...fault} = result.data;
	const alone = {services: {}, faults: [fault]};
	const findings = [
		...unknownServices(fault, config),
		...checkEffect(fault, []),
		...matchShapes(alone),
		...regularExpressions(alone),
	];
	return findings.length > 0
		? {diagnostics: findings.map(place)}
		: {fault: buildFault(fault, id), ...(forMs !== undefined && {forMs}), diagnostics: []};
};

const unknownServices = ({to, from = []}: FaultInput, {services}: MeshConfig): readonly Finding[] => {
	const names = services.map(({name}) => name);
	const callers = from.filter(name => !['gateway', 'host'].includes(name));
	return [to, ...callers]
		.filter(name => !names.includes(name))
		.map(name => ({
			code: 'DM2001',
			path: ['to'],
			finding: `there is no service "${name}"`,
			remedy: suggestName(name, names, 'services'),
		}));
};

const place = ({code, severity = 'error', finding, remedy}: Finding): Diagnostic => ({
	code,
	severity,
	finding,
	remedy,
	...wholeFile('fault'),
});
