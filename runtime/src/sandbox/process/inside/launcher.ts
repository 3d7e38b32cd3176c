// Runs inside the box before the program it makes room for: opens the proxy's door on the box's own loopback, hands the
// listening socket out to the host, and becomes the program. Nothing of it stays behind.
// The text of this file is run as it is, so it has to be JavaScript, too: no type annotations.
import { createServer } from 'node:net'

const start = Promise.withResolvers()
process.once('message', start.resolve)
process.once('disconnect', () => process.exit(1))
const door = createServer()
await new Promise((resolve) => door.listen(0, '127.0.0.1', () => resolve(undefined)))
const address = door.address()
const port = typeof address === 'object' && address !== null ? address.port : 0
process.send?.({ port }, door)

// oxlint-disable-next-line typescript/no-unsafe-assignment -- the host's own words, which cannot be typed in this file
const { file, args, env } = Object(await start.promise)
const proxy = `http://127.0.0.1:${port}`
const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy']
const local = 'localhost,127.0.0.1,::1'
process.removeAllListeners('disconnect')
process.disconnect?.()
// oxlint-disable-next-line typescript/no-unsafe-argument -- as above
process.execve?.(file, [file, ...args], {
  ...Object.fromEntries(names.map((name) => [name, proxy])),
  NO_PROXY: local,
  no_proxy: local,
  // Node's own fetch and http, npm and pip do not all read the names above.
  NODE_USE_ENV_PROXY: '1',
  npm_config_proxy: proxy,
  npm_config_https_proxy: proxy,
  PIP_PROXY: proxy,
  ...env,
})
