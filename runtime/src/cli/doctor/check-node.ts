import { type Check, failed, ok } from './check.ts'

/** Sandboxes need this one: on others, plain hostile JavaScript aborts the process it runs in. */
const NODE_MAJOR = 26

export const checkNode: Check = {
  name: 'Node',
  async run() {
    const major = Number(process.versions.node.split('.')[0])
    if (major === NODE_MAJOR) return ok(`Node ${process.versions.node}`)
    return failed(
      `Node ${process.versions.node}, expected ${NODE_MAJOR}`,
      'Start Nexus with `npm start` or `npx nexus`: both use the Node that `npm ci` installs.',
    )
  },
}
