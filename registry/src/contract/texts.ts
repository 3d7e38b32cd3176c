import { HIDDEN_CHARACTERS } from '@nexus/plugin-api'
import { z } from 'zod'

// oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/
const TAG = /<[/!?]?[a-z]/i

/** Text that people write for people: plain, visible, no markup. Line breaks are kept. */
export const plainText = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !HIDDEN_CHARACTERS.test(text) && !CONTROL.test(text), {
      message: 'Expected visible text, found a hidden, control or direction-changing character.',
    })
    .refine((text) => !TAG.test(text), { message: 'Expected plain text, found something that looks like HTML.' })

/** The same on one line. */
export const plainLine = (max: number) =>
  plainText(max).refine((text) => !/[\n\t]/.test(text), { message: 'Expected one line, found several.' })
