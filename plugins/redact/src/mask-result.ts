import { type ConfigValues, type JsonValue, type PolicyDecision, configFlag, configTexts } from '@nexus/plugin-api'
import { readPatterns } from './custom-pattern.ts'
import { detectCards } from './detect-cards.ts'
import { detectEmails } from './detect-emails.ts'
import { detectIbans } from './detect-ibans.ts'
import { detectNamedSecrets } from './detect-named-secrets.ts'
import { detectPhones } from './detect-phones.ts'
import { detectTokens } from './detect-tokens.ts'
import { redactError } from './errors.ts'
import { type Counts, maskText } from './mask-text.ts'
import { maskValue } from './mask-value.ts'
import { keepJson } from './keep-json.ts'

/** Decides what a client may see of a result. */
export type ResultMasker = (result: JsonValue) => PolicyDecision

/** Makes the masker that the configuration asks for. Fails with `REDACT_PATTERN` or `REDACT_NOTHING`. */
export function createResultMasker(config: ConfigValues): ResultMasker {
  const cards = configFlag(config, 'cards', true)
  const secrets = configFlag(config, 'secrets', true)
  const detectors = [
    ...(secrets ? [detectTokens, detectNamedSecrets] : []),
    ...(configFlag(config, 'emails', true) ? [detectEmails] : []),
    ...(configFlag(config, 'ibans', true) ? [detectIbans] : []),
    ...(cards ? [detectCards] : []),
    ...(configFlag(config, 'phones', false) ? [detectPhones] : []),
    ...readPatterns(configTexts(config, 'patterns')),
  ]
  if (detectors.length === 0) {
    throw redactError(
      'REDACT_NOTHING',
      'Expected at least one kind of data to mask, found that all are switched off. Disable the plugin instead.',
    )
  }
  return (result) => {
    const counts: Counts = new Map()
    const plain = (text: string) => maskText(text, detectors, counts)
    const masked = maskValue(result, { maskText: keepJson(plain), counts, cards, secrets })
    return masked === result ? { effect: 'allow' } : { effect: 'redact', result: masked, reason: describe(counts) }
  }
}

function describe(counts: Counts): string {
  return `Masked ${[...counts].map(([kind, count]) => `${kind} (${count})`).join(', ')}.`
}
