// Turns `volumes:` and `tmpfs:` of a service into its mounts.
import {suggestName} from '../../config/nearest-name.ts';
import type {MountConfig, VolumeConfig} from '../../model/container-config.ts';
import {given} from './given.ts';
import {type ActiveService, type ComposeProject, lastNode} from './project.ts';
import type {ComposeMount} from './read-mount.ts';
import type {ComposeVolume} from './top-fields.ts';

export const toMounts = (service: ActiveService, {resources}: ComposeProject): readonly MountConfig[] =>
	[...(service.fields.volumes ?? []), ...(service.fields.tmpfs ?? [])].flatMap((mount): readonly MountConfig[] => {
		const {kind, source, target, readOnly, createHostPath} = mount;
		if (kind === 'tmpfs') {
			return [{kind, target, ...given({size: mount.size})}];
		}

		if (kind === 'bind') {
			return source === undefined ? noSource(mount, service) : [{kind, source, target, readOnly, createHostPath}];
		}

		if (source === undefined) {
			return [{kind, target, readOnly}];
		}

		const volume = Object.hasOwn(resources.volumes, source) ? resources.volumes[source] : undefined;
		return volume
			? [{kind, source: toVolume(source, volume), target, readOnly}]
			: noVolume(source, service, Object.keys(resources.volumes));
	});

const toVolume = (
	name: string,
	{external, name: own, driver, driver_opts: options, labels}: ComposeVolume,
): VolumeConfig => ({
	name,
	...given({
		engineName: typeof external === 'string' ? external : (own ?? (external ? name : undefined)),
		driver,
	}),
	external: external !== undefined && external !== false,
	driverOpts: texts(options),
	labels: texts(labels),
});

const texts = (values: Readonly<Record<string, string | null>> = {}): Readonly<Record<string, string>> =>
	Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? '']));

const noSource = ({target}: ComposeMount, service: ActiveService): readonly never[] => {
	lastNode(service, 'volumes').complain({
		code: 'DM4001',
		at: 'key',
		finding: `the mount at ${target} says no folder of the host`,
		remedy: 'Add its source.',
	});
	return [];
};

const noVolume = (name: string, service: ActiveService, volumes: readonly string[]): readonly never[] => {
	lastNode(service, 'volumes').complain({
		code: 'DM4001',
		at: 'key',
		within: name,
		finding: `there is no volume "${name}"`,
		remedy: `${volumes.length > 0 ? `${suggestName(name, volumes, 'volumes')} Or add` : 'Add'} it under volumes: at the top of the file; a folder begins with ./ or /.`,
	});
	return [];
};
