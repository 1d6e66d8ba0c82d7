import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {toolImages} from '../../src/model/tool.ts';
import {repository} from '../support/user.ts';

interface Panel {
	readonly id: number;
	readonly type: string;
	readonly gridPos: {readonly x: number; readonly y: number; readonly w: number; readonly h: number};
}

interface Dashboard {
	readonly uid: string;
	readonly panels: readonly Panel[];
}

const folder = path.join(repository, 'templates', 'grafana', 'dashboards');

const readDashboards = (): Promise<readonly Dashboard[]> =>
	readdir(folder).then(names =>
		Promise.all(names.map(async name => JSON.parse(await readFile(path.join(folder, name), 'utf8')) as Dashboard)),
	);

test('panels of a dashboard have ids of their own, stand within the page and do not cover each other', async t => {
	for (const {uid, panels} of await readDashboards()) {
		t.is(new Set(panels.map(({id}) => id)).size, panels.length, uid);
		for (const [index, {gridPos: one}] of panels.entries()) {
			t.true(one.x >= 0 && one.x + one.w <= 24, uid);
			for (const {gridPos: two} of panels.slice(index + 1)) {
				const isApart =
					one.x + one.w <= two.x || two.x + two.w <= one.x || one.y + one.h <= two.y || two.y + two.h <= one.y;
				t.true(isApart, `${uid}: ${JSON.stringify(one)} ${JSON.stringify(two)}`);
			}
		}
	}
});

test('links between dashboards lead to one that there is, from the root of Grafana', async t => {
	const dashboards = await readDashboards();
	const known = new Set(dashboards.map(({uid}) => uid));
	const links = [...JSON.stringify(dashboards).matchAll(/"url":"([^"?]+)/g)].map(([, url]) => url ?? '');
	t.true(links.length > 0);
	for (const link of links) {
		t.true(known.has(/^\/d\/(.+)$/.exec(link)?.[1] ?? ''), link);
	}
});

test('the page on the tools names the images that are run', async t => {
	const page = await readFile(path.join(repository, 'docs', 'tools.md'), 'utf8');
	for (const image of Object.values(toolImages)) {
		t.true(page.includes(image), image);
	}
});
