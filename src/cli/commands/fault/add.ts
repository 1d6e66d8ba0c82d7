import {Args, Flags} from '@oclif/core';
import type {FaultStatus} from '../../../model/mesh-status.ts';
import {fileFlag, MeshCommand} from '../../mesh-command.ts';
import {readRequestMatch} from '../../read-request-match.ts';
import {formatFault} from '../../render/format-fault.ts';

export default class FaultAdd extends MeshCommand {
	static override summary =
		'Make trouble on purpose: delay or fail requests to a service, at once, on open connections too.';
	static override description =
		'Lasts until it is cleared, its time is over, or the mesh goes down. The config file stays as it is. Conditions of --match: `header name=value` (or just `name=value`), `query name=value`, `path /prefix`, `method GET`; all of them must hold.';
	static override examples = [
		'<%= config.bin %> fault add ratings --delay 2s --percent 20',
		'<%= config.bin %> fault add ratings --abort 503 --from reviews --for 30s',
		"<%= config.bin %> fault add ratings --delay 500ms --match 'header end-user=jason' --match 'path /ratings'",
	];
	static override args = {service: Args.string({description: 'the service that is to misbehave', required: true})};
	static override flags = {
		file: fileFlag,
		delay: Flags.string({
			description: 'hold requests back for so long',
			helpValue: '2s',
			atLeastOne: ['delay', 'abort'],
		}),
		abort: Flags.integer({
			description: 'answer with this status instead of the service',
			helpValue: '503',
			min: 200,
			max: 599,
		}),
		percent: Flags.string({description: 'of the matching requests; default: all', helpValue: '20'}),
		from: Flags.string({
			description: 'only requests of this service',
			multiple: true,
			multipleNonGreedy: true,
			helpValue: '<service>',
		}),
		match: Flags.string({
			description: 'only requests like this',
			multiple: true,
			multipleNonGreedy: true,
			helpValue: '<condition>',
		}),
		for: Flags.string({description: 'end by itself after so long', helpValue: '30s'}),
	};

	async run(): Promise<FaultStatus> {
		const {args, flags} = await this.parse(FaultAdd);
		const percent = flags.percent === undefined ? {} : {percent: flags.percent};
		const fault = {
			to: args.service,
			...(flags.from && {from: flags.from}),
			...(flags.match && {match: [readRequestMatch(flags.match)]}),
			...(flags.delay !== undefined && {delay: {duration: flags.delay, ...percent}}),
			...(flags.abort !== undefined && {abort: {status: flags.abort, ...percent}}),
			...(flags.for !== undefined && {for: flags.for}),
		};
		const added = await (await this.client(flags.file)).addFault(fault);
		this.log(formatFault(added));
		return added;
	}
}
