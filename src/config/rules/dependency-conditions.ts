// Only a job, or what is not started again, is ever completed.
import {isJob} from '../build-service.ts';
import type {Finding} from '../finding.ts';
import type {Rule} from './rule.ts';

export const dependencyConditions: Rule = ({services}) =>
	Object.entries(services).flatMap(([name, {dependsOn = []}]) =>
		Array.isArray(dependsOn)
			? []
			: Object.entries(dependsOn).flatMap(([other, condition]): readonly Finding[] => {
					const awaited = Object.hasOwn(services, other) ? services[other] : undefined;
					const neverEnds = awaited && !isJob(awaited) && (awaited.restart ?? 'always') === 'always';
					return condition === 'completed' && neverEnds
						? [
								{
									code: 'DM2027',
									path: ['services', name, 'dependsOn', other],
									finding: `${other} is no job, so ${name} would wait for ever for it to be completed`,
									remedy: `Write healthy or started, or job: true for ${other}.`,
								},
							]
						: [];
				}),
	);
