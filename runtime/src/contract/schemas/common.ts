import { z } from 'zod'

// What the other schemas are made of; not part of the vocabulary itself.

export const id = z.string().min(1).max(80)
export const isoDate = z.iso.datetime()
export const reach = z.enum(['none', 'scoped', 'broad'])
export const profileName = z.string().max(40)
