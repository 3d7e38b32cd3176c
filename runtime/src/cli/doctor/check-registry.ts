import { askHealth } from './ask-health.ts'
import { type Check, failed, ok } from './check.ts'

export const checkRegistry: Check = {
  name: 'Registry',
  async run({ config: { registryUrl } }) {
    if (registryUrl === undefined) return ok('runs inside the host')
    // The origin alone: a URL may carry a password.
    const { origin } = new URL(registryUrl)
    const answer = await askHealth(registryUrl)
    if (answer === 200) return ok(`${origin} answers`)
    return failed(
      `${origin} answers ${answer}`,
      'Installed plugins keep running without it. Start the registry, or mend NEXUS_REGISTRY_URL.',
    )
  },
}
