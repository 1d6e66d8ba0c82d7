// Values of all kinds, under keys that compose files have, and under some that every object has.
import fc from 'fast-check';

const keys = [
	...[
		'image',
		'build',
		'command',
		'ports',
		'expose',
		'volumes',
		'tmpfs',
		'environment',
		'healthcheck',
		'test',
		'deploy',
	],
	...[
		'resources',
		'limits',
		'restart',
		'extends',
		'service',
		'path',
		'source',
		'target',
		'type',
		'env_file',
		'networks',
	],
	...['secrets', 'configs', 'depends_on', 'condition', 'links', 'labels', 'scale', 'container_name', 'a', 'B_c'],
	...['x-a', 'constructor', 'toString', '__proto__', 'hasOwnProperty'],
];

export const anyValue: fc.Arbitrary<unknown> = fc.letrec(tie => ({
	any: fc.oneof(
		{maxDepth: 4},
		fc.string(),
		fc.constantFrom('a', 'B_c', 'a:b', '80:80', '/a:/b', 'no', '1s', 'service_healthy', '$A'),
		fc.integer(),
		fc.boolean(),
		fc.constant(null),
		tie('list'),
		tie('group'),
	),
	list: fc.array(tie('any'), {maxLength: 3}),
	group: fc.dictionary(fc.constantFrom(...keys), tie('any'), {maxKeys: 5}),
})).any;
