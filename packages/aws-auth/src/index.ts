export type { CredentialScope } from './credential-scope.js'
export { presignRequest, type Signer, signRequest, type UnsignedRequest } from './sign.js'
export type { SignedHeaders, SignedRequest } from './signed-request.js'
export { type VerifiedSignature, verifySignature } from './verify.js'
