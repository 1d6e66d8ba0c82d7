// Every tool that comes with a mesh. A new one is one file, one line here, and its name in the model.
import type {ObservabilityConfig} from '../../model/mesh-config.ts';
import type {ToolName} from '../../model/tool.ts';
import {grafana} from './grafana.ts';
import {jaeger} from './jaeger.ts';
import {prometheus} from './prometheus.ts';
import type {ToolRecipe} from './tool-recipe.ts';

export const toolRecipes: Readonly<Record<ToolName, ToolRecipe>> = {prometheus, grafana, jaeger};

/** Lists the tools that devmesh is to run; a Jaeger that runs already is none of them. */
export const toolsOf = ({
	prometheus: metrics,
	grafana: pages,
	jaeger: traces,
}: ObservabilityConfig): readonly ToolName[] => [
	...(metrics ? ['prometheus' as const] : []),
	...(traces && traces.url === undefined ? ['jaeger' as const] : []),
	...(pages ? ['grafana' as const] : []),
];
