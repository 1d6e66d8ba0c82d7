// Services that wait for each other would wait for ever.
import type {Finding} from '../finding.ts';
import type {MeshInput} from '../schema/mesh.ts';
import type {Rule} from './rule.ts';

export const dependencyCycles: Rule = ({services}) => {
	const next = (name: string): readonly string[] =>
		dependenciesOf(Object.hasOwn(services, name) ? services[name] : undefined);
	const found = new Set<string>();
	return Object.keys(services).flatMap((name): readonly Finding[] => {
		const circle = findCircle(name, next);
		if (!circle || found.has(name)) {
			return [];
		}

		for (const member of circle) {
			found.add(member);
		}

		return [
			{
				code: 'DM2007',
				path: ['services', name, 'dependsOn'],
				at: 'key',
				finding: `these wait for each other: ${[...circle, name].join(' → ')}`,
				remedy: 'Remove one of the dependencies; requests wait for a service that is still starting anyway.',
			},
		];
	});
};

const dependenciesOf = (service: MeshInput['services'][string] | undefined): readonly string[] =>
	Array.isArray(service?.dependsOn) ? service.dependsOn : Object.keys(service?.dependsOn ?? {});

/** Gives the way from a service back to itself. */
const findCircle = (start: string, next: (name: string) => readonly string[]): readonly string[] | undefined => {
	const seen = new Set<string>();
	const walk = (name: string, way: readonly string[]): readonly string[] | undefined => {
		for (const other of next(name)) {
			if (other === start) {
				return way;
			}

			if (!seen.has(other)) {
				seen.add(other);
				const circle = walk(other, [...way, other]);
				if (circle) {
					return circle;
				}
			}
		}

		return undefined;
	};

	return walk(start, [start]);
};
