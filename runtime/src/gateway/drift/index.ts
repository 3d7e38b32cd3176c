export { createDefinitionDesk, type DefinitionDesk, type HeldReference } from './definition-desk.ts'
export { DefinitionReview } from './definition-review.ts'
export { diffDefinitions } from './diff.ts'
export { driftErrors } from './errors.ts'
