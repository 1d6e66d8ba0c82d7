import type {PeerCertificate} from 'node:tls';
import test from 'ava';
import {checkPeer} from '../../src/pki/peer-identity.ts';

const reviews = 'spiffe://shop/ns/default/sa/reviews';

// The text is Node's own way to write names; certificates with such names are nothing that an authority of ours issues.
const judge = (names: string): string | undefined =>
	checkPeer(reviews)('127.0.0.1', {subjectaltname: names} as PeerCertificate)?.message;

test('a certificate with the id that was asked for is taken, whatever the address', t => {
	t.is(judge(`URI:${reviews}`), undefined);
});

test('another service or another mesh is refused by its name', t => {
	t.is(
		judge('URI:spiffe://shop/ns/default/sa/ratings'),
		`the peer is spiffe://shop/ns/default/sa/ratings, not ${reviews}`,
	);
	t.is(
		judge('URI:spiffe://other/ns/default/sa/reviews'),
		`the peer is spiffe://other/ns/default/sa/reviews, not ${reviews}`,
	);
});

for (const names of [
	'',
	'DNS:reviews',
	`DNS:${reviews}`,
	`URI:${reviews}, URI:spiffe://shop/ns/default/sa/ratings`,
	`DNS:localhost, URI:${reviews}`,
	`URI:"${reviews}"`,
	`URI:${reviews}/more`,
	'URI:https://shop/reviews',
]) {
	test(`whoever has the names "${names}" is nobody of this mesh`, t => {
		t.is(judge(names), `the peer is nobody of this mesh, not ${reviews}`);
	});
}
