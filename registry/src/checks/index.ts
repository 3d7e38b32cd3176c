export { checkRelease } from './check-release.ts'
export {
  type Finding,
  type FindingCode,
  type Scan,
  type Severity,
  type Verdict,
  findingCodes,
  verdictOf,
} from './finding.ts'
