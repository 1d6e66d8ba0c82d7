// Chooses one of several endpoints.
import type {Random} from '../common/random.ts';

/** Gives one of the candidates, of which there must be at least one. */
export type LoadBalancer<Candidate> = (candidates: readonly Candidate[]) => Candidate;

/** Takes one after the other. */
export const createRoundRobin = <Candidate>(): LoadBalancer<Candidate> => {
	let turn = 0;
	return candidates => {
		const candidate = candidates[turn % candidates.length] as Candidate;
		turn = (turn + 1) % Number.MAX_SAFE_INTEGER;
		return candidate;
	};
};

/** Draws two and takes the one with fewer requests under way. Envoy: least request load balancer with a choice of 2 ("power of two choices"). */
export const createLeastRequest =
	<Candidate>(underWay: (candidate: Candidate) => number, random: Random): LoadBalancer<Candidate> =>
	candidates => {
		const draw = (): Candidate => candidates[Math.floor(random() * candidates.length)] as Candidate;
		const [one, two] = [draw(), draw()];
		return underWay(two) < underWay(one) ? two : one;
	};
