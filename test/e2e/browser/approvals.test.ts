import { createServer, type Server } from 'node:http'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningHost, startTestHost } from '../../helpers/host.ts'
import { connectLegacy, textOf } from '../../runtime/gateway/sdk-clients.ts'
import { axeFindings, browserMissing, launchBrowser, openView, settled, signIn } from './console.ts'

describe.skipIf(browserMissing)('a call that waits for a person [G9]', () => {
  let host: RunningHost
  let browser: Browser
  let page: Server
  let pageHost: string

  beforeAll(async () => {
    page = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<h1>Approved reading</h1>'),
    )
    await new Promise<void>((listening) => page.listen(0, '127.0.0.1', listening))
    const address = page.address()
    if (address === null || typeof address === 'string') throw new Error('Expected a port.')
    pageHost = `localhost:${address.port}`
    host = await startTestHost()
    await host.install('nexus/web', { hosts: [`http://${pageHost}`] }, [pageHost])
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await host?.[Symbol.asyncDispose]()
    page?.close()
  })

  test('goes on when it is approved in the console, where a rule was made that asks', async () => {
    const view = await openView(browser)
    await signIn(view.page, host.ready.url)
    await view.page.goto(`${host.ready.url}/policies`)
    await settled(view.page)
    await view.page.locator('.page button.primary').first().click()
    await view.page.locator('#rule-effect').selectOption('ask')
    await view.page.locator('#rule-plugin').fill('nexus/web')
    await view.page.locator('#rule-tool').fill('fetch_page')
    await view.page.locator('#approver-self').check()
    await view.page.locator('dialog button.primary').click()
    await view.page.locator('table.data .badge.warn').waitFor()

    const client = await connectLegacy(host.ready.mcpUrl, await host.token())
    const { tools } = await client.listTools()
    const name = tools.find((tool) => tool.name.endsWith('fetch_page'))?.name ?? ''
    const call = client.callTool({ name, arguments: { url: `http://${pageHost}/` } })

    const badge = view.page.locator('.rail-inner a[href="/approvals"] .count')
    await badge.waitFor()
    await view.page.locator('.rail-inner a[href="/approvals"]').click()
    await view.page.locator('nx-approval-card').waitFor()
    expect(await view.page.locator('nx-approval-card .schema').innerText()).toContain(pageHost)
    expect(await axeFindings(view.page)).toEqual([])
    await view.page.locator('nx-approval-card textarea').fill('Read it.')
    await view.page.keyboard.press('Control+Enter')

    expect(textOf(await call)).toContain('Approved reading')
    await badge.waitFor({ state: 'detached' })
    const { body } = await host.api('GET', '/api/v1/audit?limit=20')
    const chain = body.items.map(({ action }: { action: string }) => action)
    expect(chain).toEqual(
      expect.arrayContaining(['approval.requested', 'approval.granted', 'approval.used', 'tool.called']),
    )
    expect(view.faults).toEqual([])
    await client.close()
    await view.context.close()
  })
})
