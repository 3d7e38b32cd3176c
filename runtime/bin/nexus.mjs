#!/usr/bin/env node
// The `nexus` command. Plain JavaScript without dependencies, so that any Node from version 20 can start it; the command
// itself then runs on the Node that this project pins.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const runtime = dirname(dirname(fileURLToPath(import.meta.url)))
const main = join(runtime, 'src', 'cli', 'main.ts')

/** The pinned Node lies where npm put it: in the workspace's `node_modules`, or in that of whoever installed Nexus. */
function findNode() {
  const name = process.platform === 'win32' ? 'node.cmd' : 'node'
  for (let folder = runtime; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', '.bin', name)
    if (existsSync(path)) return path
    if (dirname(folder) === folder) return undefined
  }
}

const node = findNode()
if (node === undefined) {
  process.stderr.write(
    'Nexus is not installed here yet: run `npm start` (or `npm ci`) in its folder once, then try again.\n',
  )
  process.exit(1)
}

// A young generation of 8 MiB is enough for the host and gives memory back.
const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8']
const child = spawn(node, [...flags, main, ...process.argv.slice(2)], {
  stdio: 'inherit',
  // Node keeps what it made of each file: the next start is faster, and needs no compiler of types in memory.
  env: { NODE_COMPILE_CACHE: join(dirname(dirname(node)), '.cache', 'nexus-code'), ...process.env },
  shell: process.platform === 'win32',
})
// A terminal sends Ctrl-C to both; whoever signals only this process means the command.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  })
}
child.on('error', (error) => {
  process.stderr.write(
    `The Node of this installation does not start (${error.message}). Run \`npm ci\` and try again.\n`,
  )
  process.exit(1)
})
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 130))
