/** What a person needs to know once the host runs. */
export interface Announcement {
  readonly url: string
  readonly mcpUrl: string
  readonly registryUrl: string
  /** One-time link to create the first admin; absent once there is one. */
  readonly setupUrl: string | undefined
  readonly dataDir: string
  readonly developerMode: boolean
  readonly plugins: { readonly active: number; readonly total: number }
  readonly startMs: number
}

/** One JSON line for programs. */
export function announceJson(announcement: Announcement): string {
  return `${JSON.stringify({ event: 'ready', ...announcement })}\n`
}

/** The first screen for people. The setup link is the only secret in it, and works once. */
export function announceText(announcement: Announcement): string {
  const { url, mcpUrl, registryUrl, setupUrl, dataDir, developerMode, plugins, startMs } = announcement
  const configuration = {
    mcpServers: { nexus: { type: 'http', url: mcpUrl, headers: { Authorization: 'Bearer <your token>' } } },
  }
  const lines = [
    '',
    `  Nexus is running (${Math.round(startMs)} ms, ${plugins.active} of ${plugins.total} installed plugins active).`,
    '',
    ...(setupUrl === undefined
      ? [`  Open       ${url}`]
      : ['  Create the first admin with this link (it works once):', `             ${setupUrl}`]),
    `  MCP        ${mcpUrl}`,
    `  Registry   ${registryUrl}`,
    `  Data       ${dataDir}`,
    ...(developerMode
      ? ['', '  ! Developer mode: debuggers may attach to plugins. Not for a host that others rely on.']
      : []),
    '',
    '  Client configuration (create the token under Tokens, or with `npx nexus token create`):',
    ...JSON.stringify(configuration, undefined, 2)
      .split('\n')
      .map((line) => `    ${line}`),
    '',
    '  Stop with Ctrl-C.',
    '',
  ]
  return `${lines.join('\n')}\n`
}
