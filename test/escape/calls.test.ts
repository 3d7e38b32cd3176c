import { runSuite } from './run-suite.ts'

await runSuite('attacks that cost a call at most', ['call'], 4)
