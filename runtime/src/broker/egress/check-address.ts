import ipaddr from 'ipaddr.js'

/** Whether an address may be connected to: anywhere public, only inside the own network, or never. */
export type AddressVerdict = 'public' | 'private' | 'forbidden'

// Addresses that answer for the machine or the cloud around it. They hand out credentials, so no grant opens them.
const metadataAddresses = new Set(['100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254'])

const privateRanges = new Set(['private', 'loopback', 'uniqueLocal', 'carrierGradeNat'])

/** Judges one IP address in any notation; anything that is not an address is forbidden. */
export function checkAddress(address: string): AddressVerdict {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  if (!ipaddr.isValid(bare)) return 'forbidden'
  const parsed = ipaddr.process(bare)
  if (metadataAddresses.has(parsed.toString())) return 'forbidden'
  // ::a.b.c.d (RFC 4291, deprecated) reaches an IPv4 address on some systems; only ::1 of that block means something.
  if (
    parsed instanceof ipaddr.IPv6 &&
    parsed.parts.slice(0, 6).every((part) => part === 0) &&
    parsed.range() !== 'loopback'
  ) {
    return 'forbidden'
  }
  const range = parsed.range()
  if (range === 'unicast') return 'public'
  return privateRanges.has(range) ? 'private' : 'forbidden'
}

/** True when `hostname` (as WHATWG URL gives it) is an IP literal rather than a name. */
export function isAddressLiteral(hostname: string): boolean {
  return hostname.startsWith('[') || ipaddr.isValid(hostname)
}
