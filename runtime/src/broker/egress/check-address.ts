import ipaddr from 'ipaddr.js'

/** Whether an address may be connected to: anywhere public, only inside the own network, or never. */
export type AddressVerdict = 'public' | 'private' | 'forbidden'

// Addresses that answer for the machine or the cloud around it. They hand out credentials, so no grant opens them.
const metadataAddresses = new Set([
  '100.100.100.200', // Alibaba
  '168.63.129.16', // Azure
  '192.0.0.192', // Oracle
  'fd20:ce::254', // Google
  'fd00:42::42', // Scaleway
  'fd00:c1::a9fe:a9fe', // Oracle
])
/** Amazon's services of an instance: metadata, credentials of containers and pods, time, names. */
const amazonServices = ipaddr.IPv6.parseCIDR('fd00:ec2::/32')
/** The only block that anything public is in; the rest of IPv6 is not given out. Source: RFC 4291, IANA. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

const privateRanges = new Set(['private', 'loopback', 'uniqueLocal', 'carrierGradeNat'])

/** Judges one IP address in any notation; anything that is not an address is forbidden. */
export function checkAddress(address: string): AddressVerdict {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  if (!ipaddr.isValid(bare)) return 'forbidden'
  const parsed = ipaddr.process(bare)
  if (metadataAddresses.has(parsed.toString())) return 'forbidden'
  if (parsed instanceof ipaddr.IPv6 && hidesAnother(parsed)) return 'forbidden'
  const range = parsed.range()
  if (range === 'unicast' && parsed instanceof ipaddr.IPv6 && !parsed.match(globalUnicast)) return 'forbidden'
  if (range === 'unicast') return 'public'
  return privateRanges.has(range) ? 'private' : 'forbidden'
}

/** Addresses that stand for, or lead to, another one that is not judged here. */
function hidesAnother(address: ipaddr.IPv6): boolean {
  const { parts } = address
  // ::a.b.c.d (RFC 4291, deprecated) reaches an IPv4 address on some systems; only ::1 of that block means something.
  if (parts.slice(0, 6).every((part) => part === 0)) return address.range() !== 'loopback'
  // ISATAP (RFC 5214): any prefix, then 0:5efe or 200:5efe, then an IPv4 address that the packet is tunnelled to.
  if (parts[5] === 0x5efe && (parts[4] === 0 || parts[4] === 0x200)) return true
  return address.match(amazonServices)
}

/** True when `hostname` (as WHATWG URL gives it) is an IP literal rather than a name. */
export function isAddressLiteral(hostname: string): boolean {
  return hostname.startsWith('[') || ipaddr.isValid(hostname)
}
