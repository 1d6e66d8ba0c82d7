import process from 'node:process';
import {Args} from '@oclif/core';
import {MeshError} from '../../common/mesh-error.ts';
import {notReady, watchStart} from '../../mesh/launch/watch-start.ts';
import {fileFlag, MeshCommand} from '../mesh-command.ts';
import {createEventDisplay} from '../render/event-display.ts';
import {createTerminal, hasColors} from '../render/terminal.ts';

export default class Restart extends MeshCommand {
	static override summary = 'Make the instances of a service anew, or one of them; the rest of the mesh goes on.';
	static override description =
		'Requests to it wait meanwhile. An image that is built is built first, so that changed sources take effect; when that fails, what runs goes on as it is. It returns once they are ready.';
	static override examples = [
		'<%= config.bin %> restart reviews',
		'<%= config.bin %> restart reviews/reviews-v1-1',
		'<%= config.bin %> restart reviews-v1-1 --json',
	];
	static override args = {
		service: Args.string({description: 'a service, <service>/<instance>, or an instance', required: true}),
	};
	static override flags = {file: fileFlag};

	async run(): Promise<{readonly instances: readonly string[]}> {
		const {args, flags} = await this.parse(Restart);
		const client = await this.client(flags.file);
		const {instances, failures} = await client.restart(await this.#nameOf(args.service, client));
		const [failure] = failures;
		if (failure) {
			throw new MeshError(failure);
		}

		const screen = this.jsonEnabled() ? process.stderr : process.stdout;
		const display = createEventDisplay({terminal: createTerminal(screen), colors: hasColors(screen)});
		const end = await watchStart({client, display, only: new Set(instances)});
		if (end.kind !== 'ready') {
			throw notReady(end);
		}

		this.log(`${instances.join(', ')} ${instances.length === 1 ? 'is' : 'are'} ready`);
		return {instances};
	}

	async #nameOf(
		text: string,
		client: {readonly status: () => Promise<{readonly services: readonly ServiceEntry[]}>},
	): Promise<string> {
		const [service, instance, ...rest] = text.split('/');
		if (instance === undefined) {
			return text;
		}

		const {services} = await client.status();
		if (
			rest.length === 0 &&
			services.some(entry => entry.service === service && entry.instances.some(({id}) => id === instance))
		) {
			return instance;
		}

		throw new MeshError({
			code: 'DM6006',
			message: `there is no instance "${text}"`,
			remedy: 'See what there is with `devmesh status`.',
		});
	}
}

interface ServiceEntry {
	readonly service: string;
	readonly instances: readonly {readonly id: string}[];
}
