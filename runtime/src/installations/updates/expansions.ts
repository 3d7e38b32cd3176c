import type { DefinitionChange } from './diff-definitions.ts'
import type { Expansion, UpdatePlanFacts } from './update-plan.ts'

/** What was found by comparing two releases. */
export interface Found extends Pick<
  UpdatePlanFacts,
  'permissions' | 'sandbox' | 'dependencies' | 'signer' | 'definitions'
> {
  /** Changed definitions wait for a person, as the installation's setting says; else only those that are flagged. */
  readonly holdsDefinitions: boolean
  /** From now on its code may define tools while it runs. */
  readonly isNewlyDynamic: boolean
}

/** Everything that is more than before. Consent is asked exactly when this is not empty. */
export function expansionsOf(found: Found): readonly Expansion[] {
  const { permissions, sandbox, dependencies, signer, definitions, holdsDefinitions, isNewlyDynamic } = found
  const one = (kind: Expansion['kind'], text: string): Expansion => ({ kind, text })
  return [
    ...permissions
      .filter(({ change }) => change === 'wider')
      .map(({ family, name, verbs }) => one('permission', `${family}: ${verbs.join(', ')} ${name}`)),
    ...(sandbox.isWider ? [one('sandbox', `${sandbox.before.name} → ${sandbox.after.name}`)] : []),
    ...sandbox.limits
      .filter(({ change }) => change === 'wider')
      .map(({ name, before, after }) => one('limit', `${name}: ${before} → ${after}`)),
    // The others are permissions, and named as such.
    ...dependencies
      .filter(({ kind, change }) => kind === 'package' && change === 'added')
      .map(({ name, after }) => one('dependency', after === undefined ? name : `${name}@${after}`)),
    ...(signer.change === 'changed' ? [one('signer', `${signer.before || '–'} → ${signer.after || '–'}`)] : []),
    ...(isNewlyDynamic ? [one('definition', '*')] : []),
    ...definitions
      .filter((definition) => isMore(definition, holdsDefinitions))
      .map(({ kind, name }) => one('definition', `${kind} ${name}`)),
  ]
}

function isMore({ change, flags }: DefinitionChange, holdsDefinitions: boolean): boolean {
  return change !== 'removed' && (holdsDefinitions || flags.length > 0)
}
