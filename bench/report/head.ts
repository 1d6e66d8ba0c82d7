// How to read the results.
export const head = `# Measured

\`npm run bench\` measures all of this anew and writes this file; \`npm run bench -- --only latency\` one section of it. Read ratios, not figures: all that stands in one table was measured in turns within the same minutes, each number the median of its rounds. Every proxy has one core to itself; load generator and backend (nginx) have another, and everything stays on loopback. The line below each title says when, where, and how busy the machine was before and after: our own load is in the second number. How and why it is measured so: [0130](../docs/decisions/0130-how-it-is-measured.md).`;
