import {Args, Flags} from '@oclif/core';
import {MeshError} from '../../../common/mesh-error.ts';
import type {FaultStatus} from '../../../model/mesh-status.ts';
import {fileFlag, MeshCommand} from '../../mesh-command.ts';

export default class FaultAdd extends MeshCommand {
	static override summary =
		'Make trouble on purpose: delay or fail requests to a service, at once, on open connections too.';
	static override description =
		'Lasts until it is cleared, its time is over, or the mesh goes down. The config file stays as it is.';
	static override examples = [
		'<%= config.bin %> fault add ratings --delay 2s --percent 20',
		'<%= config.bin %> fault add ratings --abort 503 --from reviews --for 30s',
		'<%= config.bin %> fault add ratings --delay 500ms --match end-user=jason',
	];
	static override args = {service: Args.string({description: 'the service that is to misbehave', required: true})};
	static override flags = {
		file: fileFlag,
		delay: Flags.string({description: 'hold requests back for so long', helpValue: '2s'}),
		abort: Flags.integer({description: 'answer with this status instead of the service', helpValue: '503'}),
		percent: Flags.string({description: 'of the matching requests; default: all', helpValue: '20'}),
		from: Flags.string({description: 'only requests of this service', multiple: true, helpValue: '<service>'}),
		match: Flags.string({description: 'only requests with this header', multiple: true, helpValue: '<header>=<value>'}),
		for: Flags.string({description: 'end by itself after so long', helpValue: '30s'}),
	};

	async run(): Promise<FaultStatus> {
		const {args, flags} = await this.parse(FaultAdd);
		const percent = flags.percent === undefined ? {} : {percent: flags.percent};
		const client = await this.client(flags.file);
		const fault = await client.addFault({
			to: args.service,
			...(flags.from && {from: flags.from}),
			...(flags.match && {match: [{headers: Object.fromEntries(flags.match.map(readHeader))}]}),
			...(flags.delay !== undefined && {delay: {duration: flags.delay, ...percent}}),
			...(flags.abort !== undefined && {abort: {status: flags.abort, ...percent}}),
			...(flags.for !== undefined && {for: flags.for}),
		});
		this.log(
			`${fault.id} on ${fault.to}: ${fault.explanation}${fault.until === undefined ? '' : `, until ${fault.until}`}`,
		);
		return fault;
	}
}

const readHeader = (text: string): readonly [string, string] => {
	const [, name, value] = /^([^=\s]+)=(.*)$/.exec(text) ?? [];
	if (name === undefined || value === undefined) {
		throw new MeshError({
			code: 'DM6014',
			message: `"${text}" is no header with its value`,
			remedy: 'Write --match name=value, such as --match end-user=jason.',
		});
	}

	return [name, value];
};
