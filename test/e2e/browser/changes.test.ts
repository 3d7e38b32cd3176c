import { join, resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningHost, startTestHost } from '../../helpers/host.ts'
import { connectLegacy, textOf } from '../../runtime/gateway/sdk-clients.ts'
import { axeFindings, browserMissing, launchBrowser, openView, settled, signIn } from './console.ts'

const fixtures = resolve(import.meta.dirname, '../../fixtures/mcp')

describe.skipIf(browserMissing)('a server that changes what it says [G8]', () => {
  let host: RunningHost
  let browser: Browser
  beforeAll(async () => {
    host = await startTestHost()
    const script = join(fixtures, 'drifting-stdio.ts')
    await host.install('nexus/stdio', { command: 'node', args: [script], readFolders: [fixtures] })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await host?.[Symbol.asyncDispose]()
  })

  test('is held until somebody approves what the console shows', async () => {
    const client = await connectLegacy(host.ready.mcpUrl, await host.token())
    const offered = async () => (await client.listTools()).tools.map(({ name }) => name.replace(/^.*__/, ''))
    expect(await offered()).toEqual(['add_numbers'])
    const [tool] = (await client.listTools()).tools
    const call = () => client.callTool({ name: tool?.name ?? '', arguments: {} })
    expect(textOf(await call())).toBe('3')

    const view = await openView(browser)
    await signIn(view.page, host.ready.url)
    const badge = view.page.locator('.rail-inner a[href="/changes"] .count')
    await expect.poll(async () => ((await offered()).length, badge.count()), { timeout: 20_000 }).toBe(1)
    await view.page.locator('.rail-inner a[href="/changes"]').click()
    await view.page.locator('nx-definition-card').first().waitFor()
    await settled(view.page)
    expect(await view.page.locator('nx-definition-card').count()).toBe(2)
    expect(await view.page.locator('mark.hidden-char').allInnerTexts()).toContain('⟨U+200B⟩')
    expect(await axeFindings(view.page)).toEqual([])
    expect((await client.listTools()).tools[0]?.description).toBe('Adds numbers.')
    expect(textOf(await call())).toBe('3')

    const card = (name: string) => view.page.locator('nx-definition-card', { hasText: name })
    await card('send_report').locator('button.primary').click()
    await card('send_report').waitFor({ state: 'detached' })
    await expect.poll(offered, { timeout: 20_000 }).toEqual(['add_numbers', 'send_report'])
    await card('add_numbers').locator('button.danger').click()
    await badge.waitFor({ state: 'detached' })
    expect((await client.listTools()).tools[0]?.description).toBe('Adds numbers.')
    expect(view.faults).toEqual([])
    await client.close()
    await view.context.close()
  })
})
