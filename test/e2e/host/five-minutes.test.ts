import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningHost, startTestHost } from '../../helpers/host.ts'
import { bin } from '../../runtime/cli/run-nexus.ts'
import { connectModern, textOf } from '../../runtime/gateway/sdk-clients.ts'

/** The machine may be busy; a person's clock is not what is tested. */
const PATIENCE_MS = 280_000
const guide = resolve(import.meta.dirname, '../../../plugin-api/FIRST-PLUGIN.md')

let folder: string
let host: RunningHost

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-five-'))
  host = await startTestHost({ dataDir: join(folder, 'data') })
}, PATIENCE_MS)

afterAll(async () => {
  await host.stop()
  await rm(folder, { recursive: true, force: true })
})

/** One step of the guide: a command, or a file to write. */
type Step = { readonly command: readonly string[] } | { readonly file: string; readonly text: string }

/** The steps of the guide in their order: each line of its shell blocks that starts with `nexus` or `cd`, each named file. */
function stepsOf(markdown: string): readonly Step[] {
  return [...markdown.matchAll(/^```(?<language>sh|ts)\n(?<text>[\s\S]*?)^```$/gm)].flatMap((match): Step[] => {
    const { language, text = '' } = match.groups ?? {}
    if (language === 'ts') return [{ file: /^\/\/ (\S+)/.exec(text)?.[1] ?? '', text }]
    const lines = text.split('\n').filter((line) => /^(nexus|cd) /.test(line))
    return lines.map((line) => ({ command: wordsOf(line) }))
  })
}

/** The words of a command line, quotes taken off. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  )
}

async function run(words: readonly string[], cwd: string) {
  const child = spawn(process.execPath, [bin, ...words], {
    cwd,
    env: { ...process.env, NEXUS_DATA: host.dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

describe('the guide to a first plugin [R3]', () => {
  it(
    'leads from an empty folder to a tool that a client calls, by its own commands',
    async () => {
      const steps = stepsOf(await readFile(guide, 'utf8'))
      let cwd = folder
      const said = new Map<string, string>()
      for (const step of steps) {
        if ('file' in step) {
          await writeFile(join(cwd, step.file), step.text)
          continue
        }
        const [program, ...words] = step.command
        if (program === 'cd') {
          cwd = resolve(cwd, words[0] ?? '')
          continue
        }
        const { code, stdout, stderr } = await run(words, cwd)
        expect(`${words.join(' ')}: ${code}\n${code === 0 ? '' : stdout + stderr}`).toBe(`${words.join(' ')}: 0\n`)
        said.set(words.slice(0, 2).join(' '), stdout)
      }
      expect([...said.keys()]).toEqual([
        'init hello',
        'test',
        'dev --call',
        'publisher create',
        'inspect',
        'publish',
        'plugin install',
        'verify acme/hello',
      ])
      expect(said.get('dev --call')).toBe('Hello, Ada!\n')
      expect(said.get('publish')).toContain('Published acme/hello 0.1.0')
      expect(said.get('verify acme/hello')).toContain('acme/hello 0.1.0: verified')

      const again = await run(['publish', '--json'], cwd)
      expect(JSON.parse(again.stdout)).toMatchObject({ id: 'acme/hello', published: false })

      const client = await connectModern(host.ready.mcpUrl, await host.token())
      const { tools } = await client.listTools()
      const tool = tools.find(({ name }) => name.endsWith('greet'))?.name ?? ''
      const call = async () => textOf(await client.callTool({ name: tool, arguments: { name: 'Ada' } }))
      expect([await call(), await call()]).toEqual(['Hello, Ada!', 'Hello again, Ada!'])
      await client.close()
    },
    PATIENCE_MS,
  )
})
