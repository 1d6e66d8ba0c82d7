// Turns `secrets:` and `configs:` of a service into files of its container.
import path from 'node:path';
import {suggestName} from '../../config/nearest-name.ts';
import type {FileConfig} from '../../model/container-config.ts';
import {given} from './given.ts';
import {type ActiveService, type ComposeProject, lastNode} from './project.ts';
import type {FileGrant} from './service-fields.ts';
import type {ComposeFileSource} from './top-fields.ts';

/** Secrets stand in `/run/secrets`, configs at the root, unless they say another place. */
export const toFiles = (service: ActiveService, project: ComposeProject): readonly FileConfig[] => [
	...(service.fields.secrets ?? []).flatMap(grant => toFile({grant, kind: 'secrets', service, project}) ?? []),
	...(service.fields.configs ?? []).flatMap(grant => toFile({grant, kind: 'configs', service, project}) ?? []),
];

interface Granting {
	readonly grant: FileGrant;
	readonly kind: 'secrets' | 'configs';
	readonly service: ActiveService;
	readonly project: ComposeProject;
}

const toFile = (granting: Granting): FileConfig | undefined => {
	const {grant, kind, project} = granting;
	const known = project.resources[kind];
	const source = Object.hasOwn(known, grant.source) ? known[grant.source] : undefined;
	if (!source) {
		return complain(granting, {
			code: 'DM4001',
			severity: 'error',
			finding: `there is no ${kind.slice(0, -1)} "${grant.source}"`,
			remedy:
				Object.keys(known).length > 0
					? suggestName(grant.source, Object.keys(known), kind)
					: `Add it under ${kind}: at the top of the file.`,
		});
	}

	const content = toSource(granting, source);
	return (
		content && {
			target: path.posix.resolve(kind === 'secrets' ? '/run/secrets' : '/', grant.target ?? grant.source),
			source: content,
			...given({
				uid: number(granting, 'uid', 10),
				gid: number(granting, 'gid', 10),
				mode: number(granting, 'mode', 8),
			}),
		}
	);
};

const toSource = (
	granting: Granting,
	{file, environment: name, content, external}: ComposeFileSource,
): FileConfig['source'] | undefined => {
	if (file !== undefined) {
		return {kind: 'file', path: file};
	}

	if (content !== undefined) {
		return {kind: 'text', text: content};
	}

	if (name !== undefined) {
		const {environment, variables} = granting.project;
		const text = Object.hasOwn(variables, name) ? variables[name] : undefined;
		// The runtime looks into the environment itself, so that a secret is written down nowhere; it knows no .env.
		return Object.hasOwn(environment, name) || text === undefined ? {kind: 'variable', name} : {kind: 'text', text};
	}

	return complain(granting, {
		code: external ? 'DM4003' : 'DM4001',
		severity: external ? 'warning' : 'error',
		finding: external
			? `${granting.grant.source} lies outside the file, so it is not carried into the mesh`
			: `${granting.grant.source} says neither file nor environment nor content`,
		remedy: 'Give it a file:, an environment: or, for a config, a content:.',
	});
};

/** Reads a number as `chmod` and `chown` take it. */
const number = (granting: Granting, key: 'uid' | 'gid' | 'mode', radix: 8 | 10): number | undefined => {
	const written = granting.grant[key];
	if (written === undefined) {
		return undefined;
	}

	return (radix === 8 ? /^(0o)?[0-7]{1,5}$/ : /^\d{1,9}$/).test(written)
		? Number.parseInt(written.replace('o', ''), radix)
		: complain(granting, {
				code: 'DM4001',
				severity: 'error',
				finding: `${key} of ${granting.grant.source} is no ${radix === 8 ? 'octal ' : ''}number`,
				remedy: radix === 8 ? 'Write a mode such as 0440.' : 'Write a number, such as 1000.',
			});
};

interface Complaint {
	readonly code: string;
	readonly severity: 'error' | 'warning';
	readonly finding: string;
	readonly remedy: string;
}

const complain = ({grant, kind, service}: Granting, complaint: Complaint): undefined =>
	lastNode(service, kind).complain({...complaint, at: 'key', within: grant.source});
