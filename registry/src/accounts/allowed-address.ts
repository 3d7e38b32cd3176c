import { BlockList, isIP } from 'node:net'

/** True when the address lies in one of the networks; no networks: everywhere. */
export function isAllowedAddress(cidrs: readonly string[], address: string): boolean {
  if (cidrs.length === 0) return true
  const list = new BlockList()
  for (const cidr of cidrs) {
    const { network, prefix, family } = parseCidr(cidr) ?? {}
    if (network !== undefined && prefix !== undefined && family !== undefined) list.addSubnet(network, prefix, family)
  }
  const plain = plainAddress(address)
  return isIP(plain) !== 0 && list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
}

/** `10.0.0.0/8`, `2001:db8::/32`, or one address; `undefined` for anything else. */
export function parseCidr(text: string) {
  const [network = '', bits, ...rest] = text.split('/')
  const version = isIP(network)
  if (version === 0 || rest.length > 0 || network.includes('%')) return undefined
  const most = version === 6 ? 128 : 32
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  if (!(prefix >= 0 && prefix <= most)) return undefined
  return { network, prefix, family: version === 6 ? ('ipv6' as const) : ('ipv4' as const) }
}

/** An IPv4 address that came over an IPv6 socket, as IPv4. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  return mapped ?? address
}
