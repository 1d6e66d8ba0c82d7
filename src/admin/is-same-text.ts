// Compares secrets.
import {createHash, timingSafeEqual} from 'node:crypto';

/** Compares in a time that tells nothing of where two texts differ. */
export const isSameText = (one: string, two: string): boolean => timingSafeEqual(digest(one), digest(two));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
