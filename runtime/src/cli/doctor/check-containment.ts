import { probeMachine } from '../../sandbox/containment/probe.ts'
import { type Check, ok, warning } from './check.ts'

export const checkContainment: Check = {
  name: 'Containment',
  async run() {
    const { bubblewrap, prlimit } = probeMachine()
    const layers = Object.entries({ bubblewrap, prlimit })
    const active = layers.filter(([, layer]) => 'path' in layer).map(([name]) => name)
    const missing = layers.flatMap(([, layer]) => ('reason' in layer ? [layer.reason] : []))
    const found = `Node permissions, clean environment${active.map((name) => `, ${name}`).join('')}`
    if (missing.length === 0) return ok(found)
    return warning(
      `${found}. Missing: ${missing.join(' ')}`,
      'Plugins run all the same, with fewer walls around their processes. Install what is missing where the machine allows it.',
    )
  },
}
