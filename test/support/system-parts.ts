// What test suites need that npm cannot install. The one place that says so; the test runner and the suites read it.
import {accessSync, constants} from 'node:fs';
import path from 'node:path';

export interface SystemPart {
	readonly name: string;
	/** One of these is enough: a name to be found on the PATH, or a whole path. */
	readonly programs: readonly string[];
	/** What brings it on Debian. */
	readonly debianPackages: readonly string[];
	/** The test files that need it, relative to the repository, with slashes. */
	readonly suites: readonly string[];
	/** The systems that have such a part at all. Default: all. */
	readonly platforms?: readonly NodeJS.Platform[];
	/** True: nobody else can start it, so for others it is missing. */
	readonly needsRoot?: boolean;
}

const dockerSuites: readonly string[] = [
	'test/e2e/docker/awesome-compose.test.ts',
	'test/e2e/docker/binds.test.ts',
	'test/e2e/docker/bookinfo.test.ts',
	'test/e2e/docker/classic-build.test.ts',
	'test/e2e/docker/compose.test.ts',
	'test/e2e/docker/databases.test.ts',
	'test/e2e/docker/engine-faults.test.ts',
	'test/e2e/docker/exported.test.ts',
	'test/e2e/docker/exposed-ports.test.ts',
	'test/e2e/docker/full-disk.test.ts',
	'test/e2e/docker/isolation.test.ts',
	'test/e2e/docker/killed-parts.test.ts',
	'test/e2e/docker/lifecycle.test.ts',
	'test/e2e/docker/mixed.test.ts',
	'test/e2e/docker/names.test.ts',
	'test/e2e/docker/nothing-left.test.ts',
	'test/e2e/docker/own-tls.test.ts',
	'test/e2e/docker/ports.test.ts',
	'test/e2e/docker/tools.test.ts',
	'test/e2e/docker/udp.test.ts',
	'test/e2e/docker/unmeshed.test.ts',
];

export const chromium: SystemPart = {
	name: 'Chromium',
	programs: [
		'chromium',
		'chromium-browser',
		'google-chrome',
		'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
		'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
	],
	debianPackages: ['chromium'],
	suites: ['test/examples/page-in-browser.test.ts', 'test/e2e/page-in-browser.test.ts'],
};

export const systemParts: readonly SystemPart[] = [
	chromium,
	{
		name: 'OpenSSL',
		programs: ['openssl'],
		debianPackages: ['openssl'],
		suites: ['test/pki/user-authority.test.ts'],
	},
	{
		name: 'ps',
		programs: ['ps'],
		debianPackages: ['procps'],
		suites: [
			'test/e2e/fixture.test.ts',
			'test/e2e/interrupted-start.test.ts',
			'test/e2e/start-and-stop.test.ts',
			'test/e2e/docker/compose.test.ts',
			'test/e2e/docker/nothing-left.test.ts',
		],
		platforms: ['linux'],
	},
	{
		name: 'ss',
		programs: ['ss'],
		debianPackages: ['iproute2'],
		suites: ['test/e2e/fixture.test.ts', 'test/e2e/start-and-stop.test.ts', 'test/e2e/docker/nothing-left.test.ts'],
		platforms: ['linux'],
	},
	{
		name: 'a Docker engine of the tests’ own',
		programs: ['/usr/sbin/dockerd'],
		debianPackages: ['docker.io'],
		suites: dockerSuites,
		platforms: ['linux'],
		needsRoot: true,
	},
	{
		name: 'docker compose',
		programs: ['docker-compose'],
		debianPackages: ['docker-compose'],
		suites: ['test/e2e/docker/exported.test.ts'],
		platforms: ['linux'],
		needsRoot: true,
	},
	...(
		[
			['MariaDB', '/usr/sbin/mariadbd', ['mariadb-server', 'mariadb-client']],
			['Postgres', '/usr/bin/pg_ctlcluster', ['postgresql', 'postgresql-client']],
			['aiosmtpd', '/usr/bin/aiosmtpd', ['python3', 'python3-aiosmtpd']],
		] as const
	).map(
		([name, program, debianPackages]): SystemPart => ({
			name,
			programs: [program],
			debianPackages,
			suites: ['test/e2e/docker/databases.test.ts'],
			platforms: ['linux'],
			needsRoot: true,
		}),
	),
	{
		name: 'Redis',
		programs: ['/usr/bin/redis-server'],
		debianPackages: ['redis-server', 'redis-tools'],
		suites: ['test/e2e/docker/awesome-compose.test.ts', 'test/e2e/docker/databases.test.ts'],
		platforms: ['linux'],
		needsRoot: true,
	},
	...(
		[
			['Python', '/usr/bin/python3', ['python3']],
			['nginx', '/usr/sbin/nginx', ['nginx-light']],
		] as const
	).map(
		([name, program, debianPackages]): SystemPart => ({
			name,
			programs: [program],
			debianPackages,
			suites: ['test/e2e/docker/awesome-compose.test.ts', 'test/e2e/docker/names.test.ts'],
			platforms: ['linux'],
			needsRoot: true,
		}),
	),
	...(
		[
			['musl', '/usr/bin/musl-gcc', ['musl-tools']],
			['Go', '/usr/bin/go', ['golang-go']],
			['Java', '/usr/bin/jlink', ['default-jdk-headless']],
			['curl', '/usr/bin/curl', ['curl']],
		] as const
	).map(
		([name, program, debianPackages]): SystemPart => ({
			name,
			programs: [program],
			debianPackages,
			suites: ['test/e2e/docker/names.test.ts'],
			platforms: ['linux'],
			needsRoot: true,
		}),
	),
	...(
		[
			['nginx', '/usr/sbin/nginx', ['nginx-light']],
			['HAProxy', '/usr/sbin/haproxy', ['haproxy']],
		] as const
	).map(
		([name, program, debianPackages]): SystemPart => ({
			name,
			programs: [program],
			debianPackages,
			suites: ['test/http1/differential.test.ts'],
			platforms: ['linux'],
		}),
	),
	{
		name: 'Prometheus',
		programs: ['prometheus'],
		debianPackages: ['prometheus'],
		suites: ['test/e2e/prometheus.test.ts', 'test/e2e/tools.test.ts', 'test/e2e/docker/tools.test.ts'],
		platforms: ['linux'],
	},
	{
		name: 'Thrift’s compiler and its Python library',
		programs: ['thrift'],
		debianPackages: ['thrift-compiler', 'python3-thrift', 'python3'],
		suites: ['test/e2e/traces.test.ts'],
		platforms: ['linux'],
	},
	{
		name: 'the Protobuf compiler',
		programs: ['protoc'],
		debianPackages: ['protobuf-compiler'],
		suites: ['test/e2e/traces.test.ts'],
		platforms: ['linux'],
	},
	{
		name: 'nft',
		// By its whole path: a package in node_modules/.bin has the same name.
		programs: ['/usr/sbin/nft', '/sbin/nft', '/usr/bin/nft'],
		debianPackages: ['nftables'],
		suites: ['test/sidecar/pause.test.ts', ...dockerSuites],
		platforms: ['linux'],
	},
	{
		name: 'ip',
		programs: ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip', '/bin/ip'],
		debianPackages: ['iproute2'],
		suites: ['test/sidecar/pause.test.ts', ...dockerSuites],
		platforms: ['linux'],
	},
];

/** Finds the program of a part. Undefined when it is missing. */
export const findSystemPart = (part: SystemPart, searchPath: string): string | undefined => {
	if (part.needsRoot && process.getuid?.() !== 0) {
		return undefined;
	}

	const folders = searchPath.split(path.delimiter).filter(Boolean);
	return part.programs
		.flatMap(program => (path.isAbsolute(program) ? [program] : folders.map(folder => path.join(folder, program))))
		.find(isExecutable);
};

const isExecutable = (file: string): boolean => {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
};
