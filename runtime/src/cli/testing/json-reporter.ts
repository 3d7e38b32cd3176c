// Told by `nexus test --json` to Node's test runner: one JSON line for each test that ended.
import type { TestEvent } from 'node:test/reporters'

/** One test that ended, as a line. */
export interface TestLine {
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly ms: number
  readonly error?: string
}

// A reporter is the default export of its module; Node asks for it by that name.
// oxlint-disable-next-line import/no-default-export -- the contract of `--test-reporter`
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    const line = lineOf(event)
    if (line !== undefined) yield `${JSON.stringify(line)}\n`
  }
}

function lineOf(event: TestEvent): TestLine | undefined {
  if (event.type !== 'test:pass' && event.type !== 'test:fail') return undefined
  const { name, details, skip } = event.data
  // A file that holds tests is told like a test of its own.
  if ('type' in details && details.type === 'suite') return undefined
  const outcome = event.type === 'test:fail' ? 'failed' : skip === undefined ? 'passed' : 'skipped'
  const error = event.type === 'test:fail' ? messageOf(event.data.details.error) : undefined
  return { name, outcome, ms: details.duration_ms, ...(error !== undefined && { error }) }
}

function messageOf(error: Error): string {
  const { cause } = error
  return cause instanceof Error ? cause.message : error.message
}
