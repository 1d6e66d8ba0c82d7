// Jaeger 2: keeps the newest traces and shows them.
// Source: jaegertracing.io/docs/latest/deployment/configuration.
import {hostAndPort, type ToolPlace, type ToolRecipe, template} from './tool-recipe.ts';

const address = ({others}: ToolPlace, name: string): string => {
	const other = others[name];
	if (!other) {
		throw new RangeError(`jaeger was given no address for ${name}`);
	}

	return hostAndPort(other);
};

export const jaeger: ToolRecipe = {
	programs: ['jaeger'],
	// Everything is in memory.
	dataInImage: '/tmp',
	ports: {pages: 16_686, spans: 14_268, queries: 16_685},
	readyPath: '/jaeger/',
	files: () => [{path: 'jaeger.yml', content: template('jaeger/jaeger.yml')}],
	args: ({folder}) => ['--config', `${folder}/jaeger.yml`],
	env: place => ({
		DEVMESH_JAEGER_PAGES: hostAndPort(place.pages),
		DEVMESH_JAEGER_SPANS: address(place, 'spans'),
		DEVMESH_JAEGER_QUERIES: address(place, 'queries'),
	}),
};

/** Where it takes Thrift over HTTP. */
export const spansPath = '/api/traces';
