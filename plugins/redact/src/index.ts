import { definePlugin } from '@nexus/plugin-api'
import { redactError } from './errors.ts'
import { createResultMasker } from './mask-result.ts'

export default definePlugin({
  activate(context) {
    const maskResult = createResultMasker(context.config)
    context.policies.handle('mask-results', (event) => {
      if (event.stage === 'result') return maskResult(event.result)
      throw redactError('REDACT_STAGE', `Expected to be shown a result, found stage ${event.stage}.`)
    })
  },
})
