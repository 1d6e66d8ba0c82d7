// What a container of a service is made of, for the Docker runtime. Words as in the compose specification.
import type {Bytes} from '../common/units.ts';

export interface ContainerConfig {
	/** The image to run, or the name that the built one is given. Absent with `build`: a name is made up. */
	readonly image?: string;
	readonly build?: BuildConfig;
	/** Such as `linux/arm64`. Default: the engine's own. */
	readonly platform?: string;
	/** `missing`: pulled (or built) when it is not there. Default: `missing`. */
	readonly pull: 'missing' | 'always' | 'never' | 'build';
	/** Instead of the image's. */
	readonly entrypoint?: readonly string[];
	/** Instead of the image's. */
	readonly command?: readonly string[];
	readonly user?: string;
	/** In the container. Default: the image's. */
	readonly workingDir?: string;
	/** Whether a small init process reaps what the app leaves behind. Default: false. */
	readonly init: boolean;
	readonly tty: boolean;
	readonly stdinOpen: boolean;
	readonly readOnly: boolean;
	readonly privileged: boolean;
	/** Such as `SIGQUIT`. Default: the image's, else `SIGTERM`. */
	readonly stopSignal?: string;
	readonly mounts: readonly MountConfig[];
	/** Secrets and configs, copied in before the start. */
	readonly files: readonly FileConfig[];
	/** Published on the host. */
	readonly ports: readonly PublishedPort[];
	readonly labels: Readonly<Record<string, string>>;
	readonly capAdd: readonly string[];
	readonly capDrop: readonly string[];
	/** As `docker run --device` takes them. */
	readonly devices: readonly string[];
	/** `name:address` or `name=address`. */
	readonly extraHosts: readonly string[];
	readonly groupAdd: readonly string[];
	readonly securityOpt: readonly string[];
	readonly sysctls: Readonly<Record<string, string>>;
	readonly shmSize?: Bytes;
	readonly pidsLimit?: number;
}

export interface BuildConfig {
	/** An absolute folder, or the address of a repository. */
	readonly context: string;
	/** Relative to the context. Default: `Dockerfile`. */
	readonly dockerfile?: string;
	/** The text of a Dockerfile, instead of a file. */
	readonly dockerfileInline?: string;
	readonly target?: string;
	readonly args: Readonly<Record<string, string>>;
	readonly labels: Readonly<Record<string, string>>;
	readonly additionalContexts: Readonly<Record<string, string>>;
	readonly extraHosts: readonly string[];
	readonly cacheFrom: readonly string[];
	readonly cacheTo: readonly string[];
	readonly platforms: readonly string[];
	readonly secrets: readonly BuildSecret[];
	readonly ssh: readonly string[];
	readonly tags: readonly string[];
	readonly network?: string;
	readonly noCache: boolean;
	readonly pull: boolean;
	readonly shmSize?: Bytes;
}

export interface BuildSecret {
	readonly id: string;
	/** Absolute; else `variable`. */
	readonly file?: string;
	/** The name of a variable of the user's environment. */
	readonly variable?: string;
}

export type MountConfig =
	/** A folder or a file of the host; absolute. */
	| {
			readonly kind: 'bind';
			readonly source: string;
			readonly target: string;
			readonly readOnly: boolean;
			readonly createHostPath: boolean;
	  }
	/** A named volume of the mesh; without a source an anonymous one. */
	| {readonly kind: 'volume'; readonly source?: VolumeConfig; readonly target: string; readonly readOnly: boolean}
	| {readonly kind: 'tmpfs'; readonly target: string; readonly size?: Bytes};

export interface VolumeConfig {
	/** In the file. */
	readonly name: string;
	/** Of an external volume, or one with a `name:` of its own: the engine's name for it. Default: the mesh's id and the name. */
	readonly engineName?: string;
	/** True: it must exist, and is never made or removed. */
	readonly external: boolean;
	readonly driver?: string;
	readonly driverOpts: Readonly<Record<string, string>>;
	readonly labels: Readonly<Record<string, string>>;
}

export interface FileConfig {
	/** In the container, absolute. */
	readonly target: string;
	readonly source:
		| {readonly kind: 'file'; readonly path: string}
		| {readonly kind: 'text'; readonly text: string}
		| {readonly kind: 'variable'; readonly name: string};
	readonly uid?: number;
	readonly gid?: number;
	/** As of `chmod`. Default: 0o444. */
	readonly mode?: number;
}

export interface PublishedPort {
	/** Where the app listens in its container. */
	readonly target: number;
	/** A port or a range such as `8000-8010`, of which a free one is taken. Absent: any free port. */
	readonly published?: string;
	/** Default: 127.0.0.1. */
	readonly hostIp: string;
	readonly protocol: 'tcp' | 'udp';
}
