export default {
	files: ['test/**/*.test.ts'],
	extensions: ['ts'],
	timeout: '60s',
};
