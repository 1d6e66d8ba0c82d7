// That service in a mesh's config.
import process from 'node:process';
import {fileURLToPath} from 'node:url';

export const helloProgram = fileURLToPath(new URL('hello.mjs', import.meta.url));

/** Gives a version of a service, or a service without versions and with a port. */
export const hello = (name: string) => ({command: [process.execPath, helloProgram], env: {NAME: name}});

/** Names of a mesh of five services. */
export const five = ['one', 'two', 'three', 'four', 'five'] as const;

/** Gives the config of a mesh of five services. */
export const fiveServices = () => ({
	services: Object.fromEntries(five.map(name => [name, {port: 80, health: {http: '/'}, ...hello(name)}])),
});
