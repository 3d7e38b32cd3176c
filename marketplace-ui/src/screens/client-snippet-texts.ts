export interface ClientSnippet {
  /** Product name; never translated. */
  readonly client: string
  readonly text: string
}

const json = (value: unknown): string => JSON.stringify(value, undefined, 2)

/** `nexus connect` for clients that only start processes. `--no`: a stranger's package of the name is never fetched. */
function stdioEntry(url: string, token: string): object {
  const { origin, pathname } = new URL(url)
  const virtualServer = /^\/v\/([^/]+)\/mcp$/.exec(pathname)?.[1]
  const choice = virtualServer === undefined ? [] : ['--virtual-server', virtualServer]
  return {
    command: 'npx',
    args: ['--no', '--', 'nexus', 'connect', '--url', origin, ...choice],
    env: { NEXUS_TOKEN: token },
  }
}

/** Ready configurations for clients: Streamable HTTP with an access token in a header, or a process to start. */
export function clientSnippetTexts(server: string, url: string, token: string): readonly ClientSnippet[] {
  const headers = { Authorization: `Bearer ${token}` }
  return [
    {
      client: 'Claude Code',
      text: `claude mcp add --transport http ${server} ${url} --header "Authorization: Bearer ${token}"`,
    },
    {
      client: 'Claude Desktop',
      text: json({
        mcpServers: {
          [server]: {
            command: 'npx',
            args: ['-y', 'mcp-remote', url, '--header', 'Authorization:${NEXUS_AUTHORIZATION}'],
            env: { NEXUS_AUTHORIZATION: headers.Authorization },
          },
        },
      }),
    },
    { client: 'VS Code', text: json({ servers: { [server]: { type: 'http', url, headers } } }) },
    { client: 'Cursor', text: json({ mcpServers: { [server]: { url, headers } } }) },
    { client: 'stdio (nexus connect)', text: json({ mcpServers: { [server]: stdioEntry(url, token) } }) },
  ]
}
