import type {CertificateStatus} from '../../model/api.ts';
import {fileFlag, MeshCommand} from '../mesh-command.ts';
import {table} from '../render/table.ts';

export default class Certs extends MeshCommand {
	static override summary = 'List the certificates of the mesh: who shows them, for which name, until when.';
	static override examples = ['<%= config.bin %> certs', '<%= config.bin %> certs --json'];
	static override flags = {file: fileFlag};

	async run(): Promise<readonly CertificateStatus[]> {
		const {flags} = await this.parse(Certs);
		const certificates = await (await this.client(flags.file)).certificates();
		const rows = certificates.map(({holder, name, notAfter, fingerprint}) => [
			holder,
			name,
			notAfter,
			fingerprint.slice(0, 23),
		]);
		this.log(table(['HOLDER', 'NAME', 'UNTIL', 'SHA-256'], rows));
		return certificates;
	}
}
