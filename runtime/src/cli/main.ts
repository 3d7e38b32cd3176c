import { runCommandLine } from './program.ts'

const exitCode = await runCommandLine(process.argv.slice(2), process, process.env)
// A host that could not start has set its own code by now, and one that runs sets it when it ends.
if (exitCode !== 0) process.exitCode = exitCode
