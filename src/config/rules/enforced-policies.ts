// A policy is enforced by the sidecar of the service that is called; without one it would be mere words.
import type {Finding} from '../finding.ts';
import type {Rule} from './rule.ts';

export const enforcedPolicies: Rule = ({services, policies}) =>
	(policies?.authorization ?? []).flatMap(({to}, index): readonly Finding[] => {
		const service = Object.hasOwn(services, to) ? services[to] : undefined;
		return service && (service.sidecar === false || service.external !== undefined)
			? [
					{
						code: 'DM2029',
						path: ['policies', 'authorization', index, 'to'],
						finding: `${to} has no sidecar, so nothing would enforce a policy there`,
						remedy:
							service.external === undefined
								? `Remove sidecar: false from ${to}, or remove the policy.`
								: 'Remove the policy: it is not devmesh that lets calls in there.',
					},
				]
			: [];
	});
