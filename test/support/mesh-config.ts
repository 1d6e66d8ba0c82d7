// A checked config in few words, for tests of those who take one.
import {ms} from '../../src/common/units.ts';
import type {ExternalConfig, MeshConfig, VersionConfig, WorkloadConfig} from '../../src/model/mesh-config.ts';

const place = {file: 'mesh.config.yaml', line: 1, column: 1};

export const versionConfig = (parts: Partial<VersionConfig> = {}): VersionConfig => ({
	name: 'default',
	replicas: 1,
	command: ['node', 'app.js'],
	workdir: '/app',
	env: {},
	job: false,
	restart: 'always',
	stopGraceMs: ms(10_000),
	place,
	...parts,
});

export const workload = (name: string, parts: Partial<WorkloadConfig> = {}): WorkloadConfig => ({
	kind: 'workload',
	name,
	port: 9080,
	protocol: 'http',
	sidecar: true,
	dependsOn: [],
	versions: [versionConfig()],
	place,
	...parts,
});

export const external = (name: string, parts: Partial<ExternalConfig> = {}): ExternalConfig => ({
	kind: 'external',
	name,
	protocol: 'http',
	host: `${name}.example.com`,
	port: 443,
	tls: true,
	place,
	...parts,
});

export const meshConfig = (parts: Partial<MeshConfig> = {}): MeshConfig => ({
	name: 'shop',
	folder: '/shop',
	runtime: 'process',
	seed: 1,
	services: [],
	routes: [],
	faults: [],
	policies: {mtls: 'strict', authorization: []},
	gateway: {httpPort: 8080, httpsPort: 8443, hosts: []},
	observability: {prometheus: false, grafana: false, jaeger: false, otlp: undefined, accessLog: 'json'},
	...parts,
});
