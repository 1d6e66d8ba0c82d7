// Prometheus: gathers the metrics of the mesh, and answers whoever asks for them.
// Source: prometheus.io/docs/prometheus/latest/command-line/prometheus.
import {hostAndPort, type ToolRecipe, template, text} from './tool-recipe.ts';

export const prometheus: ToolRecipe = {
	programs: ['prometheus'],
	dataInImage: '/prometheus',
	ports: {pages: 9090},
	readyPath: '/prometheus/-/ready',
	files: ({metrics}) => [
		...['prometheus.yml', 'recording-rules.yml', 'alert-rules.yml'].map(name => ({
			path: name,
			content: template(`prometheus/${name}`),
		})),
		...(metrics
			? [
					{path: 'targets.json', content: text(`${JSON.stringify([{targets: [metrics.target]}])}\n`)},
					{path: 'token', content: text(metrics.token)},
				]
			: []),
	],
	args: ({folder, data, pages}) => [
		`--config.file=${folder}/prometheus.yml`,
		`--storage.tsdb.path=${data}`,
		'--storage.tsdb.retention.time=24h',
		`--web.listen-address=${hostAndPort(pages)}`,
		// It stands behind another address, which only its reader knows.
		'--web.external-url=/prometheus/',
		'--web.route-prefix=/prometheus',
		'--log.level=warn',
	],
	env: () => ({}),
};
