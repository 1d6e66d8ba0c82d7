// Whom the policies of bookinfo let in, wherever its services run.
import test, {type ExecutionContext} from 'ava';
import {type Bookinfo, statusOf} from '../../support/bookinfo.ts';

/** Declares the tests for a bookinfo that `start` brings up. */
export const policySuite = (start: (t: ExecutionContext) => Promise<Bookinfo>): void => {
	test.serial('a caller of ratings that the policy does not list gets 403; one that it lists gets through', async t => {
		const mesh = await start(t);
		t.is(await statusOf(`${await mesh.urlOf('ratings')}/ratings/1`, undefined, {}), 403);
		t.is(await statusOf(`${await mesh.urlOf('reviews')}/reviews/1`, undefined, {'end-user': 'somebody'}), 200);
		t.is(await mesh.callFrom('productpage-1', 'ratings', '/ratings/1'), 403);
		t.is(await mesh.callFrom('reviews-v2-1', 'ratings', '/ratings/1'), 200);
	});
};
