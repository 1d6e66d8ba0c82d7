import {Flags} from '@oclif/core';
import {fileFlag, MeshCommand, runtimeFlag} from '../mesh-command.ts';
import {runInMesh} from '../run-in-mesh.ts';

export default class Run extends MeshCommand {
	static override summary = 'Bring a mesh up for one command, such as a test suite, and down again when it ends.';
	static override description = [
		'The mesh is one of its own: free ports, no state that stays, many side by side. The command finds it by its environment: for each service API_URL, API_HOST and API_PORT, as the services find each other; DEVMESH_INGRESS_URL; DEVMESH_API_URL and DEVMESH_API_TOKEN.',
		"Its exit code is the command's own; 1 when the mesh did not become ready; 128 and the signal's number when a signal ended the command, or the mesh while it was starting.",
	].join('\n\n');
	static override examples = [
		'<%= config.bin %> run -- npm test',
		'<%= config.bin %> run -f shop/mesh.config.yaml -- sh -c \'curl -s "$API_URL/health"\'',
		'<%= config.bin %> run --runtime docker -- pytest',
	];
	static override strict = false;
	static override flags = {
		file: fileFlag,
		runtime: runtimeFlag,
		timeout: Flags.integer({description: 'how many seconds the mesh may take to become ready', default: 60, min: 1}),
	};
	// Whatever the command prints is the output.
	static override enableJsonFlag = false;

	async run(): Promise<void> {
		const {argv, flags} = await this.parse(Run);
		const [command, ...args] = argv as string[];
		if (command === undefined) {
			this.error('say which command, behind --: devmesh run -- npm test', {exit: 2});
		}

		const {configFile} = await this.locate(flags.file);
		this.exit(
			await runInMesh({
				configFile,
				command,
				args,
				timeoutMs: flags.timeout * 1000,
				...(flags.runtime !== undefined && {runtime: flags.runtime}),
			}),
		);
	}
}
