// What passes through as it is.
import type {Protocol} from './mesh-config.ts';

/** Tells whether there are no requests to look at: only connections, with their callers. */
export const isRaw = (protocol: Protocol): protocol is 'tcp' | 'tls' => protocol === 'tcp' || protocol === 'tls';
