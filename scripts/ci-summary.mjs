// Adds up the result files of the test runs and prints the closing line. Fails when a run left none.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder = '.cache/results'] = process.argv.slice(2)
const sum = { passed: 0, failed: 0, skipped: 0 }
let missing = 0
for (const name of ['tests', 'browser', 'clients']) {
  const file = join(folder, `${name}.json`)
  if (!existsSync(file)) {
    process.stdout.write(`No result of the run "${name}".\n`)
    missing += 1
    continue
  }
  const result = JSON.parse(readFileSync(file, 'utf8'))
  sum.passed += result.numPassedTests
  sum.failed += result.numFailedTests + (result.success || result.numFailedTests > 0 ? 0 : 1)
  sum.skipped += result.numPendingTests + result.numTodoTests
}
process.stdout.write(`\n${sum.passed} passed, ${sum.failed + missing} failed, ${sum.skipped} skipped\n`)
process.exitCode = sum.failed + missing > 0 || sum.passed === 0 ? 1 : 0
