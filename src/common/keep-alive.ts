// How a socket notices that the other end is gone without a word, as it is when the namespace of its container ends.
import {ms} from './units.ts';

/**
 * For `connect` and `createServer`: asks after 2 s of silence, and each second from then on; ten questions without an answer break the connection (Node's own counts).
 * The kernel of the other end answers, so that an app that is slow, or paused, is not taken for dead.
 */
export const keepAlive = {keepAlive: true, keepAliveInitialDelay: ms(2000)} as const;
