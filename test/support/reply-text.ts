// Reads a reply as text.
import {readBody} from '../../src/http/body.ts';
import type {Reply} from '../../src/http/reply.ts';

/** Reads the body of a reply, up to 64 KiB. */
export const replyText = async ({body}: Reply): Promise<string> =>
	new TextDecoder().decode(await readBody(body, 64 * 1024));
