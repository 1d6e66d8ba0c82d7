import {fileFlag, MeshCommand} from '../mesh-command.ts';

export default class Metrics extends MeshCommand {
	static override summary = "Print the mesh's metrics in Prometheus' text format, with Istio's names and labels.";
	static override examples = ['<%= config.bin %> metrics', '<%= config.bin %> metrics | grep istio_requests_total'];
	static override flags = {file: fileFlag};

	async run(): Promise<{readonly text: string}> {
		const {flags} = await this.parse(Metrics);
		const text = await (await this.client(flags.file)).metrics();
		this.log(text.trimEnd());
		return {text};
	}
}
