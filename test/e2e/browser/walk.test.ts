import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spawnHost } from '../../helpers/host.ts'
import { ADMIN, axeFindings, browserMissing, launchBrowser, openView, settled, type Watched } from './console.ts'

interface Ready {
  readonly url: string
  readonly setupUrl: string
}

async function readReady(host: ReturnType<typeof spawnHost>): Promise<Ready> {
  if (host.child.stdout === null) throw new Error('Expected a pipe.')
  for await (const line of createInterface(host.child.stdout)) {
    const message: Partial<Ready> & { event?: string } = JSON.parse(line)
    if (message.event === 'ready' && message.url && message.setupUrl)
      return { url: message.url, setupUrl: message.setupUrl }
  }
  throw new Error(`The host ended before it was ready: ${host.stderr()}`)
}

const heading = (page: Page) => page.locator('main h1').first()

describe.skipIf(browserMissing)('a person in the browser [U1]', () => {
  let dataDir: string
  let host: ReturnType<typeof spawnHost>
  let ready: Ready
  let browser: Browser
  let view: Watched

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'nexus-walk-'))
    host = spawnHost(dataDir, {})
    ready = await readReady(host)
    browser = await launchBrowser()
    view = await openView(browser)
  })

  afterAll(async () => {
    await browser?.close()
    if (host && host.child.exitCode === null) {
      host.child.kill('SIGTERM')
      await once(host.child, 'exit')
    }
    await rm(dataDir, { recursive: true, force: true })
  })

  test('creates the first admin with the one-time link and gets a client configuration', async () => {
    const { page } = view
    await page.goto(ready.setupUrl)
    await settled(page)
    expect(await axeFindings(page)).toEqual([])
    await page.locator('#displayName').fill(ADMIN.displayName)
    await page.locator('#email').fill(ADMIN.email)
    await page.locator('#password').fill(ADMIN.password)
    await page.locator('form button.primary').click()
    await page.getByRole('heading', { name: 'Connect your first client' }).waitFor()
    expect(page.url()).not.toContain('token=')
    await page.getByRole('button', { name: 'Create access token' }).click()
    const token = await page.locator('.copyline code').first().textContent()
    expect(token?.length).toBeGreaterThan(20)
    expect(await page.locator('.snippet pre').first().textContent()).toContain(`Bearer ${token}`)
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Choose a plugin' }).click()
    await expect.poll(() => heading(page).textContent()).toBe('Marketplace')
  })

  test('signs out, and signing in leads back to where the link pointed', async () => {
    const { page } = view
    await page.getByRole('button', { name: 'Account' }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.goto(`${ready.url}/marketplace?q=web`)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.locator('#email').fill(ADMIN.email)
    await page.locator('#password').fill('not the password')
    await page.locator('form button.primary').click()
    await page.getByRole('alert').waitFor()
    await page.locator('#password').fill(ADMIN.password)
    await page.locator('form button.primary').click()
    await expect.poll(() => page.url()).toBe(`${ready.url}/marketplace?q=web`)
    await settled(page)
  })

  test('searches and filters, and the address keeps both', async () => {
    const { page } = view
    await page.goto(`${ready.url}/marketplace`)
    await settled(page)
    const all = await page.locator('.card').count()
    expect(all).toBeGreaterThan(3)
    await page.locator('#without-network').click()
    await expect.poll(() => page.locator('.card').count()).toBeLessThan(all)
    expect(page.url()).toContain('without=network')
    await page.reload()
    await settled(page)
    expect(await page.locator('#without-network').isChecked()).toBe(true)
    await page.locator('#market-search').fill('nothing is called like this')
    await page.getByRole('heading', { name: 'No plugin matches these filters' }).waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await expect.poll(() => page.locator('.card').count()).toBe(all)
    expect(await page.locator('#result-count').textContent()).toBe(`${all} plugins`)
  })

  test('reads what a plugin may touch and the chain this host has checked', async () => {
    const { page } = view
    await page.goto(`${ready.url}/marketplace/nexus/web/permissions`)
    await settled(page)
    expect(await page.locator('.grants .what').allTextContents()).toContain('Reach hosts on the network')
    await page.getByRole('link', { name: 'Signature' }).click()
    await page.locator('.chain li.verified').first().waitFor()
    expect(await page.locator('.chain li.failed').count()).toBe(0)
  })

  test('installs with the keyboard alone: settings, consent, progress, healthy', async () => {
    const { page } = view
    await page.goto(`${ready.url}/marketplace/nexus/web`)
    await settled(page)
    await page.getByRole('button', { name: 'Install', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.locator('#install-consent').waitFor()
    // The dialog starts on the button that changes nothing.
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Cancel')
    await reach(page, 'config-hosts')
    await page.keyboard.type('docs.example.com')
    await expect
      .poll(() => page.locator('#plan-permissions .chip').allTextContents())
      .toContainEqual(expect.stringContaining('docs.example.com'))
    await reach(page, 'install-consent')
    await page.keyboard.press('Space')
    const submit = page.getByRole('button', { name: 'Grant and install' })
    await expect.poll(() => submit.isEnabled()).toBe(true)
    await page.keyboard.press('Enter')
    const open = page.getByRole('button', { name: 'Open plugin' })
    await open.waitFor({ timeout: 60_000 })
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Open plugin')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.url()).toContain('/installed/')
    await page.locator('main .state', { hasText: 'Running' }).first().waitFor()
  })

  test('disables and enables the plugin', async () => {
    const { page } = view
    await page.getByRole('button', { name: 'Disable' }).click()
    await page.locator('.plugin-head .state', { hasText: 'Disabled' }).waitFor()
    await page.getByRole('button', { name: 'Enable' }).click()
    await page.locator('.plugin-head .state', { hasText: 'Running' }).waitFor()
  })

  test('makes a virtual server with one renamed tool', async () => {
    const { page } = view
    await page.goto(`${ready.url}/servers/create/new`)
    await settled(page)
    await page.locator('#title').fill('Reading room')
    await page.locator('#tool-web-fetch_page').check()
    await page.locator('.rename').fill('read_page')
    await expect.poll(() => page.locator('.effective code').allTextContents()).toEqual(['read_page'])
    await page.getByRole('button', { name: 'Create server' }).click()
    await expect.poll(() => page.url()).toBe(`${ready.url}/servers/reading-room`)
    await settled(page)
    expect(await page.locator('.copyline code').first().textContent()).toBe(`${ready.url}/v/reading-room/mcp`)
    expect(await page.locator('table.data code').first().textContent()).toBe('read_page')
  })

  test('makes a token for that server, shown once, and revokes it', async () => {
    const { page } = view
    await page.goto(`${ready.url}/tokens`)
    await settled(page)
    await page.getByRole('button', { name: 'Create token' }).first().click()
    expect(await axeFindings(page)).toEqual([])
    await page.locator('#token-name').fill('Reader')
    await page.locator('#token-server').selectOption('reading-room')
    await page.locator('dialog').getByRole('button', { name: 'Create token' }).click()
    const token = (await page.locator('dialog .copyline code').textContent()) ?? ''
    expect(token.length).toBeGreaterThan(20)
    await page.getByRole('button', { name: 'I have copied it' }).click()
    await page.locator('tr', { hasText: 'Reader' }).waitFor()
    expect(await page.locator('body').innerHTML()).not.toContain(token)
    await page.getByRole('button', { name: 'Revoke Reader' }).click()
    await page.locator('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.locator('tr', { hasText: 'Reader' }).getByText('Revoked').waitFor()
  })

  test('is told what a removal takes away before removing', async () => {
    const { page } = view
    await page.goto(`${ready.url}/installed`)
    await settled(page)
    await page.getByRole('link', { name: 'Web pages' }).click()
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.locator('dialog').getByText('Reading room loses 1 tool.').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.locator('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('heading', { name: 'No plugin installed yet' }).waitFor()
  })

  test('meets no violation of the content security policy or of Trusted Types and no uncaught error', () => {
    expect(view.faults).toEqual([])
  })
})

/** Presses Tab until the element with this id has the focus. */
async function reach(page: Page, id: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.id === wanted, id)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Expected to reach #${id} with Tab.`)
}
