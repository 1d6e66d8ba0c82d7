// Reads compose files for a config.
import {homedir} from 'node:os';
import path from 'node:path';
import type {ComposeReader} from '../../config/compose-reader.ts';
import type {Diagnostic} from '../../model/diagnostic.ts';
import {readProject} from './read-project.ts';
import {type ImageKnowledge, toMeshServices} from './to-mesh-services.ts';

/** Creates the reader; what the engine knows of images is handed in. */
export const createComposeReader =
	(knowledge: ImageKnowledge = {}): ComposeReader =>
	async ({files, profiles, folder, environment}) => {
		const diagnostics: Diagnostic[] = [];
		const {project, files: asked} = await readProject({
			files,
			profiles,
			environment,
			home: environment['HOME'] ?? homedir(),
			shownName: file => path.relative(folder, file),
			report: diagnostic => diagnostics.push(diagnostic),
		});
		const {services, authorization} = toMeshServices(project, knowledge);
		return {name: project.name, services, authorization, diagnostics, files: asked};
	};

/** Knows only what stands in the files. */
export const readCompose: ComposeReader = createComposeReader();
