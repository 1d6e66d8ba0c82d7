import test from 'ava';
import {plainContainer} from '../../src/config/build-container.ts';
import {createImagePorts} from '../../src/mesh/image-ports.ts';
import {tcpPortsOf} from '../../src/runtime/docker/images/exposed-ports.ts';
import {meshConfig, versionConfig, workload} from '../support/mesh-config.ts';

const config = (image: string) =>
	meshConfig({
		runtime: 'docker',
		services: [
			workload('web', {versions: [versionConfig({container: {...plainContainer, image}})]}),
			workload('tool', {runtime: 'process'}),
		],
	});

test('the ports of an image that is there are known, and new once', async t => {
	const asked: string[] = [];
	const ports = createImagePorts(async (service, {image}) => {
		asked.push(`${service} ${image}`);
		return [80, 443];
	});
	t.deepEqual(ports.of('web'), []);
	t.true(await ports.look(config('nginx')));
	t.deepEqual(ports.of('web'), [80, 443]);
	t.false(await ports.look(config('nginx')));
	t.deepEqual(asked, ['web nginx', 'web nginx'], 'a local process has no image');
});

test('what was built last goes, until the service has another image', async t => {
	const ports = createImagePorts(async () => undefined);
	t.false(await ports.look(config('shop')));
	const container = {...plainContainer, image: 'shop'};
	t.true(ports.note('web', container, [8080]));
	t.false(ports.note('web', container, [8080]));
	t.true(ports.note('web', container, [8081]));
	t.false(await ports.look(config('shop')), 'an image that is gone said the same');
	t.deepEqual(ports.of('web'), [8081]);
	t.true(await ports.look(config('other')));
	t.deepEqual(ports.of('web'), []);
});

test('of what an image exposes, the ports for connections are read', t => {
	t.deepEqual(tcpPortsOf({'9090/tcp': {}, '80/tcp': {}, '53/udp': {}, '443': {}, 'any/tcp': {}}), [80, 443, 9090]);
});
