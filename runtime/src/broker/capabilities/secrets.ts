import { z } from 'zod'
import { defineCapability } from '../capability.ts'
import { secretReference } from './argument-schemas.ts'

/** `context.secrets.read`: hands a secret over, under a grant that says `read`. */
export const secretsRead = defineCapability(
  'secrets.read',
  z.strictObject({ field: secretReference }),
  async ({ field }, _call, site) => site.secrets.reveal(field, 'read'),
)
