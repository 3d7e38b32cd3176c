import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'modules of Node cannot be imported by any name',
  handler: tryEach([
    "import('node:fs')",
    "import('fs')",
    "import('nexus:guest')",
    "import('./main.mjs')",
    "import('file:///cell/main.mjs')",
    "import('/cell/isolated-vm.node')",
    "import('isolated-vm')",
  ]),
  gets: BLOCKED,
})
