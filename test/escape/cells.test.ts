import { runSuite } from './run-suite.ts'

await runSuite('attacks that cost their cell', ['cell'], 1)
