// Grafana: shows the dashboards of the mesh.
// Source: grafana.com/docs/grafana/latest/setup-grafana/configure-grafana, "Override configuration with environment variables".
import path from 'node:path';
import {type ToolFile, type ToolRecipe, template} from './tool-recipe.ts';

const provisioning = (file: string): ToolFile => ({
	path: `provisioning/${file}`,
	content: template(`grafana/provisioning/${file}`),
});

export const grafana: ToolRecipe = {
	// The second is what it was called before version 10.
	programs: ['grafana', 'grafana-server'],
	// In packages, and in the archive that its makers offer.
	homes: ['../share/grafana/public', '../public'],
	dataInImage: '/var/lib/grafana',
	ports: {pages: 3000},
	readyPath: '/grafana/api/health',
	files: ({prometheusUrl, jaegerUrl}) => [
		...(prometheusUrl === undefined ? [] : [provisioning('datasources/prometheus.yml')]),
		...(jaegerUrl === undefined ? [] : [provisioning('datasources/jaeger.yml')]),
		provisioning('dashboards/devmesh.yml'),
		...['mesh.json', 'service.json', 'edge.json'].map(name => ({
			path: `dashboards/${name}`,
			content: template(`grafana/dashboards/${name}`),
		})),
	],
	args: (_, program) =>
		program
			? [
					...(path.basename(program.path) === 'grafana' ? ['server'] : []),
					...(program.home === undefined ? [] : [`--homepath=${path.dirname(program.home)}`]),
				]
			: [],
	env: ({folder, data, pages, prometheusUrl, jaegerUrl}) => ({
		...(prometheusUrl !== undefined && {DEVMESH_PROMETHEUS_URL: prometheusUrl}),
		...(jaegerUrl !== undefined && {DEVMESH_JAEGER_URL: jaegerUrl}),
		DEVMESH_DASHBOARDS: `${folder}/dashboards`,
		GF_PATHS_PROVISIONING: `${folder}/provisioning`,
		GF_PATHS_DATA: data,
		GF_PATHS_LOGS: `${data}/log`,
		GF_PATHS_PLUGINS: `${data}/plugins`,
		GF_SERVER_HTTP_ADDR: pages.host,
		GF_SERVER_HTTP_PORT: String(pages.port),
		GF_SERVER_ROOT_URL: '%(protocol)s://%(domain)s/grafana/',
		GF_SERVER_SERVE_FROM_SUB_PATH: 'true',
		GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${folder}/dashboards/mesh.json`,
		// On one's own machine nobody logs in.
		GF_AUTH_ANONYMOUS_ENABLED: 'true',
		GF_AUTH_ANONYMOUS_ORG_ROLE: 'Admin',
		GF_AUTH_BASIC_ENABLED: 'false',
		GF_AUTH_DISABLE_LOGIN_FORM: 'true',
		// Nor does it call anybody.
		GF_ANALYTICS_REPORTING_ENABLED: 'false',
		GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
		GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
		GF_NEWS_NEWS_FEED_ENABLED: 'false',
		GF_PLUGINS_PREINSTALL_DISABLED: 'true',
		GF_LOG_MODE: 'console',
		GF_LOG_LEVEL: 'warn',
	}),
};
