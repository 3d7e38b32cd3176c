export interface ClientSnippet {
  /** Product name; never translated. */
  readonly client: string
  readonly text: string
}

const json = (value: unknown): string => JSON.stringify(value, undefined, 2)

/** Ready configurations for clients that speak Streamable HTTP with an access token in a header. */
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
  ]
}
