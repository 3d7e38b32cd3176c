import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { glob } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { cliError } from '../errors.ts'
import { EXIT } from '../exit-code.ts'
import type { TestLine } from '../testing/json-reporter.ts'

interface TestOptions {
  readonly record?: boolean
  readonly types: boolean
  readonly only?: boolean
  readonly name?: string
}

/** `nexus test`: types and tests of a plugin, in the sandbox it will run in. */
export function testCommand(command: Command, host: CommandHost): void {
  command
    .argument('[dir]', 'folder of the plugin', '.')
    .argument('[files...]', 'test files; test/**/*.test.ts by default')
    .description('Check the types and run the tests of a plugin, in its real sandbox, without the network.')
    .option('--record', 'ask the real hosts that the manifest names, and write their answers into test/recordings')
    .option('--no-types', 'do not check types')
    .option('--only', 'run only tests marked with test.only')
    .option('--name <pattern>', 'run only tests whose name matches')
    .action(action(host, test))
}

async function test(
  context: CommandContext,
  dir: string,
  files: readonly string[],
  options: TestOptions,
): Promise<void> {
  const { output, finishWith } = context
  const { checkTypes, readProject, writeTypes } = await import('../../developer/index.ts')
  const { folder, manifest } = await readProject(resolve(dir))
  await writeTypes(folder)
  const types = options.types ? await checkTypes(folder) : undefined
  if (types?.ok === false) {
    output.answer({ id: manifest.id, types, tests: [] }, types.output.split('\n'))
    finishWith(EXIT.failed)
    return
  }
  if (options.types && types === undefined)
    output.note('Types were not checked: there is no TypeScript here. `npm install --save-dev typescript` adds one.')
  const found = files.length > 0 ? files.map((file) => resolve(file)) : await testFiles(folder)
  if (found.length === 0)
    throw cliError('CLI_NOT_FOUND', `Expected tests in ${join(folder, 'test')}, found none named *.test.ts.`)
  const run = await runTests(context, folder, found, options)
  if (output.json) output.answer({ id: manifest.id, types: types ?? null, ...run }, [])
  if (!run.ok) finishWith(EXIT.failed)
}

async function testFiles(folder: string): Promise<readonly string[]> {
  const files: string[] = []
  for await (const file of glob('test/**/*.test.{ts,mts,js,mjs}', { cwd: folder })) files.push(join(folder, file))
  return files.toSorted()
}

interface TestRun {
  readonly ok: boolean
  readonly tests: readonly TestLine[]
}

/** Node's own runner does the work: one process a file, with the sandbox put behind the testing entry. */
async function runTests(
  { console, environment, output }: CommandContext,
  folder: string,
  files: readonly string[],
  { record, only, name }: TestOptions,
): Promise<TestRun> {
  const reporter = output.json ? fileURLToPath(new URL('../testing/json-reporter.ts', import.meta.url)) : 'spec'
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--import',
      new URL('../testing/preload.ts', import.meta.url).href,
      '--test',
      `--test-reporter=${reporter}`,
      '--test-reporter-destination=stdout',
      ...(only === true ? ['--test-only'] : []),
      ...(name === undefined ? [] : [`--test-name-pattern=${name}`]),
      ...files,
    ],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...environment,
        NEXUS_TEST_FOLDER: folder,
        NEXUS_TEST_RECORD: record === true ? '1' : '0',
        ...(console.stdout.isTTY === true && environment['NO_COLOR'] === undefined && { FORCE_COLOR: '1' }),
      },
    },
  )
  child.stderr.pipe(console.stderr, { end: false })
  if (!output.json) child.stdout.pipe(console.stdout, { end: false })
  const [lines, [code]] = await Promise.all([output.json ? text(child.stdout) : '', once(child, 'close')])
  return { ok: code === 0, tests: readLines(lines) }
}

function readLines(lines: string): readonly TestLine[] {
  return lines.split('\n').flatMap((line): TestLine[] => (line.startsWith('{') ? [JSON.parse(line)] : []))
}
