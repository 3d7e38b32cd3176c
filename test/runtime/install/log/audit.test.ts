import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogPage, PluginDetail } from '@nexus/registry/contract'
import { describe, expect, it } from 'vitest'
import { runNexus } from '../../cli/run-nexus.ts'
import { changed, openLogHost } from './open-log-host.ts'

type TestHost = Awaited<ReturnType<typeof openLogHost>>

/** `nexus log …` through the one in the middle, beside the data folder of the host. */
async function log(test: TestHost, ...args: readonly string[]) {
  const env = { NEXUS_REGISTRY_URL: test.middle.url, NEXUS_DATA: test.dataDir }
  const { code, stdout, stderr } = await runNexus(['--json', 'log', ...args], { env })
  return { code, answer: JSON.parse(code === 0 ? stdout : stderr) }
}

async function openFilledHost() {
  const test = await openLogHost()
  await test.publish('1.0.0')
  await test.publish('1.0.1')
  await test.publish('2.0.0', 'acme/tides')
  return test
}

describe('auditing the log [R2]', () => {
  it('computes the whole log anew and finds every release in it, over the network and from an export', async () => {
    await using test = await openFilledHost()
    await test.host().log(await test.claim('1.0.0'), 'install')
    const { code, answer } = await log(test, 'verify')
    expect({ code, answer }).toMatchObject({ code: 0, answer: { releases: 3, remembered: 1 } })
    expect(answer.checkpoints).toBe(answer.size + 1)
    const file = join(test.dataDir, 'log.jsonl')
    expect((await log(test, 'export', '--out', file)).answer).toMatchObject({ releases: 3, entries: answer.size })
    await test.middle[Symbol.asyncDispose]()
    expect((await log(test, 'verify', '--file', file)).answer).toEqual(answer)
  })

  it('shows the newest entries, of one plugin when asked', async () => {
    await using test = await openFilledHost()
    const { answer } = await log(test, 'show', '--about', 'acme/weather@', '--limit', '1')
    expect(answer).toMatchObject([{ kind: 'release.published', about: 'acme/weather@1.0.1' }])
  })

  it('finds an entry that was dropped, changed or moved, and a checkpoint that is not of this tree', async () => {
    await using test = await openFilledHost()
    const wrong = async (change: (page: LogPage) => void) => {
      test.middle.set(({ path, body }) => (path.endsWith('/log/entries') ? changed<LogPage>(body, change) : undefined))
      const { code, answer } = await log(test, 'verify')
      return { code, error: answer.error?.code ?? answer.code }
    }
    expect(await wrong(({ items }) => items.splice(1, 1))).toEqual({ code: 1, error: 'LOG_AUDIT_FAILED' })
    expect(await wrong((page) => (page.items = page.items.toReversed()))).toEqual({
      code: 1,
      error: 'LOG_AUDIT_FAILED',
    })
    expect(await wrong(({ items }) => items.pop())).toEqual({ code: 1, error: 'LOG_AUDIT_FAILED' })
    expect(
      await wrong(({ items }) => {
        const [first, second] = items
        if (first !== undefined && second !== undefined) first.checkpoint = second.checkpoint
      }),
    ).toEqual({ code: 1, error: 'LOG_AUDIT_FAILED' })
    expect(
      await wrong(({ items }) => {
        const last = items.at(-1)
        if (last !== undefined) last.statement = last.statement.replace('tides', 'waves')
      }),
    ).toEqual({ code: 1, error: 'LOG_ENTRY_MISMATCH' })
  })

  it('finds a release that the registry offers and the log does not know', async () => {
    await using test = await openFilledHost()
    test.middle.set(({ path, body }) =>
      path.endsWith('/plugins/acme/tides')
        ? changed<PluginDetail>(body, ({ versions }) => {
            const [first] = versions
            if (first !== undefined) versions.push({ ...first, version: '2.0.1' })
          })
        : undefined,
    )
    const { code, answer } = await log(test, 'verify')
    expect(code).toBe(1)
    expect(JSON.stringify(answer)).toContain('acme/tides@2.0.1')
  })

  it('refuses an export that was cut or edited', async () => {
    await using test = await openFilledHost()
    const file = join(test.dataDir, 'log.jsonl')
    await log(test, 'export', '--out', file)
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.split('\n').toSpliced(2, 1).join('\n'))
    expect((await log(test, 'verify', '--file', file)).code).toBe(1)
    await writeFile(file, text.slice(0, 900))
    expect((await log(test, 'verify', '--file', file)).code).toBe(1)
    await writeFile(file, 'nonsense')
    expect(JSON.stringify((await log(test, 'verify', '--file', file)).answer)).toContain('LOG_EXPORT_INVALID')
  })
})
