// What an image says of the ports at which its app listens: the EXPOSE of its Dockerfile.
import type {Engine} from '../connect-engine.ts';

/** Gives its TCP ports, the smallest first; undefined when the image is not there. */
export const exposedPorts = async ({docker}: Engine, image: string): Promise<readonly number[] | undefined> => {
	const found = await docker
		.getImage(image)
		.inspect()
		.catch(() => undefined);
	return found && tcpPortsOf(found.Config?.ExposedPorts ?? {});
};

/** Reads names such as `8080/tcp`. */
export const tcpPortsOf = (exposed: Readonly<Record<string, unknown>>): readonly number[] =>
	Object.keys(exposed)
		.flatMap(name => {
			const [, port, protocol = 'tcp'] = /^(\d{1,5})(?:\/(\w+))?$/.exec(name) ?? [];
			return port !== undefined && protocol === 'tcp' ? [Number(port)] : [];
		})
		.sort((one, two) => one - two);
