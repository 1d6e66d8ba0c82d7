import {Flags} from '@oclif/core';
import type {RequestList} from '../../model/request-summary.ts';
import {fileFlag, MeshCommand} from '../mesh-command.ts';
import {formatRequests} from '../render/format-requests.ts';

export default class Requests extends MeshCommand {
	static override summary = 'List the newest requests between services, as the proxies saw them.';
	static override description =
		'A request between two services is seen twice: by the sidecar of the caller and by that of the service. Without --direction, the one of the service is left out.';
	static override examples = [
		'<%= config.bin %> requests',
		'<%= config.bin %> requests --from reviews --to ratings --failed',
		'<%= config.bin %> requests --limit 1000 --json',
	];
	static override flags = {
		file: fileFlag,
		from: Flags.string({description: 'only of this caller', helpValue: '<service>'}),
		to: Flags.string({description: 'only to this service', helpValue: '<service>'}),
		status: Flags.integer({description: 'only with this status', min: 0, max: 599}),
		failed: Flags.boolean({description: 'only those with a 5xx or a response flag'}),
		trace: Flags.string({description: 'only of this trace', helpValue: '<id>'}),
		direction: Flags.string({
			description: 'only as seen on the way in or out',
			options: ['inbound', 'outbound', 'gateway'] as const,
		}),
		limit: Flags.integer({description: 'how many', default: 20, min: 1, max: 10_000}),
	};

	async run(): Promise<RequestList> {
		const {flags} = await this.parse(Requests);
		const {file, from, to, status, failed, trace, limit} = flags;
		const direction = flags.direction as 'inbound' | 'outbound' | 'gateway' | undefined;
		const query = {
			...(from !== undefined && {from}),
			...(to !== undefined && {to}),
			...(status !== undefined && {status}),
			...(trace !== undefined && {trace}),
			...(direction !== undefined && {direction}),
			failed,
			// Twice as many: half of them are left out.
			limit: direction === undefined ? Math.min(10_000, limit * 2) : limit,
		};
		const found = await (await this.client(file)).requests(query);
		const requests = found.requests
			.filter(request => direction !== undefined || request.direction !== 'inbound')
			.slice(-limit)
			// Their numbers go by when they were heard of.
			.toSorted((one, other) => one.startedMs - other.startedMs);
		this.log(formatRequests(requests));
		return {...found, requests};
	}
}
