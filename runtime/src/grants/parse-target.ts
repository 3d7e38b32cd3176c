/** A place on the network as an admin or a manifest names it. */
export interface NetworkTarget {
  readonly host: string
  readonly port: number
  readonly scheme: 'https' | 'http'
}

const HOST = /^(?:(https?):\/\/)?((?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::([1-9][0-9]{0,4}))?$/

/**
 * Reads `host`, `host:port`, `http://host:port` or a whole URL. HTTPS on 443 unless it says otherwise. `undefined` when
 * it is none of these, or names the bare wildcard.
 */
export function parseTarget(text: string): NetworkTarget | undefined {
  const written = text.trim().toLowerCase()
  const short = HOST.exec(written)
  if (short !== null) return toTarget(short[1] === 'http' ? 'http' : 'https', short[2] ?? '', short[3])
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  if (url.username !== '' || url.password !== '') return undefined
  return toTarget(url.protocol === 'http:' ? 'http' : 'https', url.hostname.replace(/\.$/, ''), url.port)
}

function toTarget(scheme: 'https' | 'http', host: string, port: string | undefined): NetworkTarget | undefined {
  const number = port === undefined || port === '' ? (scheme === 'https' ? 443 : 80) : Number(port)
  return number > 65_535 ? undefined : { host, port: number, scheme }
}

/** `host:port`, the way a target is named in consent and in choices. */
export function targetName(target: NetworkTarget): string {
  return `${target.host}:${target.port}`
}
