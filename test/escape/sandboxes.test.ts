import { runSuite } from './run-suite.ts'

await runSuite('attacks that cost their sandbox', ['sandbox'], 2)
