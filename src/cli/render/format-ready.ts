// Says where a mesh that is ready is found.
import type {IngressUrl, MeshStatus} from '../../model/mesh-status.ts';

/** Gives the lines to show after a start. */
export const formatReady = ({name, urls}: Pick<MeshStatus, 'name' | 'urls'>, hint: string): readonly string[] => [
	'',
	`${name} is ready.`,
	...urls.map(url => `  ${formatUrl(url)}`),
	hint,
];

/** Gives an address, and why its port is another one than was asked for. */
export const formatUrl = ({url, insteadOf}: IngressUrl): string =>
	insteadOf === undefined ? url : `${url}  (port ${insteadOf} is taken)`;
