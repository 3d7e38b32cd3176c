import { setFlagsFromString } from 'node:v8'

// What a request needs is gone with its answer: a nursery that grows would only hold what nobody uses. Measured: 302 MiB
// after three bundles of 30 MiB with one that grows, 268 MiB without.
setFlagsFromString('--semi-space-growth-factor=1')
