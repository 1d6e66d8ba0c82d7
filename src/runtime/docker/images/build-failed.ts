// Tells why an image was not built.
import {MeshError} from '../../../common/mesh-error.ts';

/** Shows the end of what the build printed. */
export const buildFailed = (
	service: string,
	reason: string,
	lines: readonly string[],
	remedy = 'Correct the Dockerfile or `build` of the service, and save the config.',
): MeshError =>
	new MeshError({
		code: 'DM5113',
		message: [`${service} cannot be built: ${reason}`, ...lines.slice(-tailLines).map(line => `  ${line}`)].join('\n'),
		remedy,
	});

const tailLines = 12;
