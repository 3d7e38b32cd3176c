import { expect } from 'vitest'
import type { Browser } from 'playwright-core'
import { type RunningHost, startTestHost } from '../../helpers/host.ts'
import { axeFindings, launchBrowser, openView, settled, sidewaysOverflow, signIn } from './console.ts'

/** A host with something on every screen, a browser, and the address of each screen. */
export interface Screens extends AsyncDisposable {
  readonly host: RunningHost
  readonly browser: Browser
  readonly paths: readonly string[]
}

export async function openScreens(): Promise<Screens> {
  const host = await startTestHost()
  const installation = await host.install('nexus/web', { hosts: ['docs.example.com'] })
  await host.install('nexus/redact')
  await host.api('POST', '/api/v1/virtual-servers', {
    name: 'reading-room',
    title: 'Reading room',
    tools: [{ upstream: 'web', tool: 'fetch_page', as: 'read_page' }],
  })
  await host.api('PUT', '/api/v1/secrets/docs-key', { value: 'not a real one' })
  await host.api('POST', '/api/v1/policies', { role: 'member', plugin: '*', tool: 'fetch_page', effect: 'deny' })
  await host.token({ name: 'Reader' })
  const browser = await launchBrowser()
  const plugin = '/marketplace/nexus/web'
  const installed = `/installed/${installation}`
  const paths = [
    '/',
    '/marketplace',
    '/marketplace?q=nothing-is-called-like-this',
    plugin,
    `${plugin}/permissions`,
    `${plugin}/signature`,
    `${plugin}/versions`,
    `${plugin}/tools`,
    `${plugin}/reviews`,
    `${plugin}/security`,
    `${plugin}/statistics`,
    '/marketplace/nexus/stdio?install',
    '/installed',
    installed,
    `${installed}/usage`,
    `${installed}/limits`,
    `${installed}/permissions`,
    `${installed}/versions`,
    `${installed}/settings`,
    `${installed}/log`,
    '/servers',
    '/servers/create/new',
    '/servers/reading-room',
    '/servers/reading-room/edit',
    '/tokens',
    '/secrets',
    '/people',
    '/policies',
    '/approvals',
    '/approvals/not-there',
    '/changes',
    '/trust',
    '/moderation',
    '/audit',
    '/health',
    '/installed/not-there',
    '/no-such-page',
  ]
  return {
    host,
    browser,
    paths,
    async [Symbol.asyncDispose]() {
      await browser.close()
      await host[Symbol.asyncDispose]()
    },
  }
}

export type Look = { readonly theme: 'light' | 'dark'; readonly width: number }

/** Looks at every screen as the checker of accessibility does, and for anything that sticks out. */
export async function lookAtAll({ host, browser, paths }: Screens, look: Look): Promise<void> {
  const { context, page, faults } = await openView(browser, look)
  for (const path of ['/sign-in', '/setup']) {
    await page.goto(host.ready.url + path)
    await settled(page)
    expect(await axeFindings(page), path).toEqual([])
    expect(await sidewaysOverflow(page), path).toEqual([])
  }
  await signIn(page, host.ready.url)
  for (const path of paths) {
    await page.goto(host.ready.url + path)
    await settled(page)
    expect(await axeFindings(page), `${path} in ${look.theme} at ${look.width}`).toEqual([])
    expect(await sidewaysOverflow(page), path).toEqual([])
  }
  expect(faults).toEqual([])
  await context.close()
}
