import { type ConfigValues, type SecretHeader, configFlag, configText, configTexts } from '@nexus/plugin-api'
import { openapiError } from './errors.ts'

/** What the admin wrote, checked. */
export interface Configuration {
  /** Without a trailing slash. */
  readonly baseUrl: string
  readonly source: { readonly text: string } | { readonly url: string }
  readonly include: readonly string[]
  readonly readOnly: boolean
  readonly secretHeaders: Readonly<Record<string, SecretHeader>>
}

const ADDRESS = /^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/i
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/

/** Reads the configuration. Fails with `OPENAPI_CONFIG`, saying what to write instead. */
export function readConfiguration(config: ConfigValues): Configuration {
  const baseUrl = configText(config, 'baseUrl')
  if (baseUrl === undefined || !ADDRESS.test(baseUrl)) {
    throw openapiError(
      'OPENAPI_CONFIG',
      `Expected an address without query and user name in \`baseUrl\`, such as \`https://api.example.com/v1\`, found ${baseUrl === undefined ? 'none' : 'another text'}.`,
    )
  }
  return {
    baseUrl: baseUrl.replace(/\/$/, ''),
    source: readSource(config),
    include: configTexts(config, 'include')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
    readOnly: configFlag(config, 'readOnly', false),
    secretHeaders: readToken(config),
  }
}

function readSource(config: ConfigValues): Configuration['source'] {
  const text = configText(config, 'document')
  const url = configText(config, 'documentUrl')
  if (text !== undefined && url !== undefined) {
    throw openapiError('OPENAPI_CONFIG', 'Expected either `document` or `documentUrl`, found both. Clear one of them.')
  }
  if (text !== undefined) return { text }
  if (url !== undefined) return { url }
  throw openapiError(
    'OPENAPI_CONFIG',
    'Expected `document` or `documentUrl`, found neither. Paste a document or give its address.',
  )
}

function readToken(config: ConfigValues): Configuration['secretHeaders'] {
  if (configText(config, 'token') === undefined) return {}
  const header = configText(config, 'header') ?? 'Authorization'
  const format = configText(config, 'format') ?? 'Bearer {}'
  if (!HEADER.test(header))
    throw openapiError('OPENAPI_CONFIG', `Expected a header's name in \`header\`, found \`${header}\`.`)
  if (format.split('{}').length !== 2) {
    throw openapiError(
      'OPENAPI_CONFIG',
      `Expected a text that holds \`{}\` once in \`format\`, for example \`Bearer {}\`, found \`${format}\`.`,
    )
  }
  return { [header]: { secret: 'token', format } }
}
