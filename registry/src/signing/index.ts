export {
  type DistSignature,
  type DistSubject,
  type NpmKey,
  integrityOf,
  signDist,
  toNpmKey,
  verifyDist,
} from './dist-signature.ts'
export { endorseKey, verifyEndorsement } from './endorse-key.ts'
export { type SignatureLayer, signingErrors } from './errors.ts'
export { checkKeyValidity, checkSignerValidity } from './key-validity.ts'
export { type SigningKey, generateKeyPair, keyIdOf } from './keys.ts'
export { matchesSubject } from './match-subject.ts'
export { digestSignature, signAdmission } from './sign-admission.ts'
export { type SignableRelease, signRelease } from './sign-release.ts'
export { type Signer, type TrustedSigners, identityFingerprint, signerId, signerName } from './signers.ts'
export { type SigstoreServices, sigstoreServices } from './sigstore-services.ts'
export { type SigstoreTrust, openSigstoreTrust } from './sigstore-trust.ts'
export type { IdentitySigner, StatementSigner } from './statement-signer.ts'
export { type ReleaseSubject, publisherOf, purlOf } from './subject.ts'
export { type VerifiedAdmission, verifyAdmission } from './verify-admission.ts'
export { type VerifiedProvenance, verifyProvenance } from './verify-provenance.ts'
export { type ReleaseClaim, type VerifiedRelease, verifyRelease } from './verify-release.ts'
