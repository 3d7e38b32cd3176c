import type { MessageKey } from '../i18n/catalog.ts'
import type { IconName } from '../elements/icon.ts'

export type PathParams = Readonly<Record<string, string | undefined>>

export interface ScreenDefinition {
  readonly tag: string
  readonly title: MessageKey
  readonly patterns: readonly string[]
  /** The permission without which the screen is not offered. */
  readonly needs?: string
  /** Shown without the shell, before anybody is signed in. */
  readonly gate?: boolean
  readonly load: () => Promise<unknown>
}

/** Every screen with its addresses. The code of a screen is loaded when it is first opened. */
export const screens: readonly ScreenDefinition[] = [
  {
    tag: 'nx-setup',
    title: 'setup.title',
    patterns: ['/setup'],
    gate: true,
    load: () => import('../screens/setup.ts'),
  },
  {
    tag: 'nx-sign-in',
    title: 'signIn.title',
    patterns: ['/sign-in'],
    gate: true,
    load: () => import('../screens/sign-in.ts'),
  },
  {
    tag: 'nx-overview',
    title: 'overview.title',
    patterns: ['/'],
    needs: 'installations:read',
    load: () => import('../screens/overview.ts'),
  },
  {
    tag: 'nx-marketplace',
    title: 'market.title',
    patterns: ['/marketplace'],
    needs: 'marketplace:read',
    load: () => import('../screens/marketplace.ts'),
  },
  {
    tag: 'nx-plugin-page',
    title: 'plugin.title',
    patterns: [
      '/marketplace/:publisher/:name',
      '/marketplace/:publisher/:name/:tab(permissions|signature|versions|tools|reviews|security|statistics)',
    ],
    needs: 'marketplace:read',
    load: () => import('../screens/plugin-page.ts'),
  },
  {
    tag: 'nx-installed',
    title: 'installed.title',
    patterns: ['/installed'],
    needs: 'installations:read',
    load: () => import('../screens/installed.ts'),
  },
  {
    tag: 'nx-installation',
    title: 'installation.title',
    patterns: ['/installed/:id', '/installed/:id/:tab(usage|limits|permissions|versions|settings|log)'],
    needs: 'installations:read',
    load: () => import('../screens/installation.ts'),
  },
  {
    tag: 'nx-servers',
    title: 'servers.title',
    patterns: ['/servers'],
    needs: 'servers:read',
    load: () => import('../screens/servers.ts'),
  },
  {
    tag: 'nx-server-new',
    title: 'server.new.title',
    patterns: ['/servers/create/new'],
    needs: 'servers:manage',
    load: () => import('../screens/server-new.ts'),
  },
  {
    tag: 'nx-server-page',
    title: 'server.title',
    patterns: ['/servers/:name', '/servers/:name/:tab(edit)'],
    needs: 'servers:read',
    load: () => import('../screens/server-page.ts'),
  },
  {
    tag: 'nx-changes',
    title: 'changes.title',
    patterns: ['/changes'],
    needs: 'installations:read',
    load: () => import('../screens/changes.ts'),
  },
  {
    tag: 'nx-tokens',
    title: 'tokens.title',
    patterns: ['/tokens'],
    needs: 'tokens:own',
    load: () => import('../screens/tokens.ts'),
  },
  {
    tag: 'nx-secrets',
    title: 'secrets.title',
    patterns: ['/secrets'],
    needs: 'secrets:manage',
    load: () => import('../screens/secrets.ts'),
  },
  {
    tag: 'nx-people',
    title: 'people.title',
    patterns: ['/people'],
    needs: 'users:manage',
    load: () => import('../screens/people.ts'),
  },
  {
    tag: 'nx-policies',
    title: 'policies.title',
    patterns: ['/policies'],
    needs: 'policies:manage',
    load: () => import('../screens/policies.ts'),
  },
  {
    tag: 'nx-trust',
    title: 'trust.title',
    patterns: ['/trust'],
    needs: 'marketplace:read',
    load: () => import('../screens/trust.ts'),
  },
  {
    tag: 'nx-approvals',
    title: 'approvals.title',
    patterns: ['/approvals', '/approvals/:id'],
    needs: 'approvals:decide',
    load: () => import('../screens/approvals.ts'),
  },
  {
    tag: 'nx-moderation',
    title: 'moderation.title',
    patterns: ['/moderation'],
    needs: 'plugins:publish',
    load: () => import('../screens/moderation.ts'),
  },
  {
    tag: 'nx-audit',
    title: 'audit.title',
    patterns: ['/audit'],
    needs: 'audit:read',
    load: () => import('../screens/audit.ts'),
  },
  {
    tag: 'nx-health',
    title: 'health.title',
    patterns: ['/health'],
    needs: 'installations:manage',
    load: () => import('../screens/health.ts'),
  },
]

export interface RailItem {
  readonly href: string
  readonly label: MessageKey
  readonly icon: IconName
  readonly needs: string
}

export const railGroups: readonly { readonly label: MessageKey; readonly items: readonly RailItem[] }[] = [
  {
    label: 'rail.operate',
    items: [
      { href: '/', label: 'overview.title', icon: 'overview', needs: 'installations:read' },
      { href: '/installed', label: 'installed.title', icon: 'plug', needs: 'installations:read' },
      { href: '/servers', label: 'servers.title', icon: 'layers', needs: 'servers:read' },
      { href: '/changes', label: 'changes.title', icon: 'edit', needs: 'installations:read' },
      { href: '/approvals', label: 'approvals.title', icon: 'verified', needs: 'approvals:decide' },
      { href: '/health', label: 'health.title', icon: 'health', needs: 'installations:manage' },
    ],
  },
  {
    label: 'rail.extend',
    items: [
      { href: '/marketplace', label: 'market.title', icon: 'store', needs: 'marketplace:read' },
      { href: '/moderation', label: 'moderation.title', icon: 'client', needs: 'plugins:publish' },
    ],
  },
  {
    label: 'rail.govern',
    items: [
      { href: '/tokens', label: 'tokens.title', icon: 'ticket', needs: 'tokens:own' },
      { href: '/secrets', label: 'secrets.title', icon: 'secrets', needs: 'secrets:manage' },
      { href: '/people', label: 'people.title', icon: 'people', needs: 'users:manage' },
      { href: '/policies', label: 'policies.title', icon: 'shield', needs: 'policies:manage' },
      { href: '/trust', label: 'trust.title', icon: 'verified', needs: 'users:manage' },
      { href: '/audit', label: 'audit.title', icon: 'audit', needs: 'audit:read' },
    ],
  },
]

const compiled = screens.flatMap((screen) =>
  screen.patterns.map((pathname) => ({ screen, pattern: new URLPattern({ pathname }) })),
)

/** The screen of a path, and the parameters in it. */
export function matchScreen(
  path: string,
): { readonly screen: ScreenDefinition; readonly params: PathParams } | undefined {
  const pathname = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  for (const { screen, pattern } of compiled) {
    const match = pattern.exec({ pathname })
    if (match) return { screen, params: match.pathname.groups }
  }
  return undefined
}
