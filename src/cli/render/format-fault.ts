// Says a fault in one line.
import type {FaultStatus} from '../../model/mesh-status.ts';

/** `fault f1 on ratings: wait 2 s, until 12:00:00`. */
export const formatFault = ({id, to, explanation, until}: FaultStatus): string =>
	`fault ${id} on ${to}: ${explanation}${until === undefined ? '' : `, until ${until}`}`;
