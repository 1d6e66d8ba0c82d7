// Says where a tool of the mesh is found, or why it is not.
import type {ToolStatus} from '../../model/tool.ts';

/** One line, and a second one for what can be done. */
export const formatTool = ({tool, state, url, note, remedy}: ToolStatus): readonly string[] => {
	switch (state) {
		case 'ready':
			return [`${tool}  ${url}`];
		case 'starting':
			return [`${tool}  ${url}  (starting)`];
		case 'missing':
		case 'failed':
			return [`${tool} is ${state}: ${note ?? 'nobody knows why'}`, ...(remedy === undefined ? [] : [`  ${remedy}`])];
	}
};
