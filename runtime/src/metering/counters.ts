/** What is counted of one installation. All are sums, but for the last three, which are the largest value seen. */
export interface Counters {
  calls: number
  errors: number
  cpuMicroseconds: number
  wallMicroseconds: number
  capabilityCalls: number
  denials: number
  bytesIn: number
  bytesOut: number
  egressBytes: number
  logBytes: number
  coldStarts: number
  breaches: number
  peakHeapBytes: number
  storageBytes: number
  fileBytes: number
}

export function zeroCounters(): Counters {
  return {
    calls: 0,
    errors: 0,
    cpuMicroseconds: 0,
    wallMicroseconds: 0,
    capabilityCalls: 0,
    denials: 0,
    bytesIn: 0,
    bytesOut: 0,
    egressBytes: 0,
    logBytes: 0,
    coldStarts: 0,
    breaches: 0,
    peakHeapBytes: 0,
    storageBytes: 0,
    fileBytes: 0,
  }
}

/** Adds `part` to `sum`, in place: this runs with every call. */
export function addCounters(sum: Counters, part: Readonly<Counters>): void {
  sum.calls += part.calls
  sum.errors += part.errors
  sum.cpuMicroseconds += part.cpuMicroseconds
  sum.wallMicroseconds += part.wallMicroseconds
  sum.capabilityCalls += part.capabilityCalls
  sum.denials += part.denials
  sum.bytesIn += part.bytesIn
  sum.bytesOut += part.bytesOut
  sum.egressBytes += part.egressBytes
  sum.logBytes += part.logBytes
  sum.coldStarts += part.coldStarts
  sum.breaches += part.breaches
  sum.peakHeapBytes = Math.max(sum.peakHeapBytes, part.peakHeapBytes)
  sum.storageBytes = Math.max(sum.storageBytes, part.storageBytes)
  sum.fileBytes = Math.max(sum.fileBytes, part.fileBytes)
}
