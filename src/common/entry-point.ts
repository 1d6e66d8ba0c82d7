// Finds the file of a program of ours, run from source (.ts) or from the build (.js).
import {fileURLToPath} from 'node:url';

/** Gives the path of a sibling module without its ending, such as `./worker`, beside the module that asks. */
export const entryPoint = (asking: string, sibling: string): string =>
	fileURLToPath(new URL(`${sibling}${asking.endsWith('.ts') ? '.ts' : '.js'}`, asking));
