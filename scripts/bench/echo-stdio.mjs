// The cheapest correct MCP server over standard input and output. Plain JavaScript: any Node runs it in any sandbox.
const tools = [
  {
    name: 'echo',
    description: 'Answers with the text it is given.',
    inputSchema: { type: 'object', properties: { text: { type: 'string' } } },
  },
]

function answer({ method, params }) {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'bench', version: '1.0.0' },
      }
    case 'tools/list':
      return { tools }
    case 'tools/call':
      return { content: [{ type: 'text', text: params.arguments?.text ?? '' }] }
    default:
      return {}
  }
}

let rest = ''
process.stdin.setEncoding('utf8').on('data', (chunk) => {
  const lines = (rest + chunk).split('\n')
  rest = lines.pop() ?? ''
  const answers = lines
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter(({ id }) => id !== undefined)
    .map((asked) => `${JSON.stringify({ jsonrpc: '2.0', id: asked.id, result: answer(asked) })}\n`)
  if (answers.length > 0) process.stdout.write(answers.join(''))
})
process.stdin.on('end', () => process.exit(0))
