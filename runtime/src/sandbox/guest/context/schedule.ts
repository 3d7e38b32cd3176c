import { freeze } from '../primordials.ts'
import type { ContextParts } from './parts.ts'

/** `context.schedule` */
export function createSchedule({ handlers }: ContextParts): object {
  return freeze({ handle: (name: string, handler: unknown) => handlers.add('schedule', name, handler) })
}
