import { readFileSync } from 'node:fs'
import { localTls, type TlsIdentity } from '@millrace/aws-wire'
import type { Clock } from '@millrace/model'
import type { Config } from '@millrace/service-kit'

export interface Certificate {
  readonly identity: TlsIdentity
  /** What a client has to trust; undefined where the certificate is the user's own. */
  readonly caFile: string | undefined
  /** When to open it again; undefined where renewing it is the user's business. */
  readonly renewAtMs: number | undefined
}

/** The user's own certificate, or one that a local authority, made at first start, has signed for this machine's names. */
export async function openCertificate(config: Config, directory: string, clock: Clock): Promise<Certificate> {
  const { tlsCertificateFile, tlsKeyFile } = config
  if (tlsCertificateFile !== undefined && tlsKeyFile !== undefined) {
    const identity = { cert: readFileSync(tlsCertificateFile, 'utf8'), key: readFileSync(tlsKeyFile, 'utf8') }
    return { identity, caFile: undefined, renewAtMs: undefined }
  }
  const { identity, authorityPath, renewAtMs } = await localTls(directory, [config.host], clock.nowMs())
  return { identity, caFile: authorityPath, renewAtMs }
}

const lookEveryMs = 12 * 3_600_000

/** Renews a certificate of our own in time, for a server that runs for years. Returns how to stop. */
export function keepRenewed(
  first: Certificate,
  open: () => Promise<Certificate>,
  clock: Clock,
  use: (identity: TlsIdentity) => void,
) {
  let { renewAtMs } = first
  const look = async () => {
    if (renewAtMs === undefined || clock.nowMs() < renewAtMs) return
    const renewed = await open()
    renewAtMs = renewed.renewAtMs
    use(renewed.identity)
  }
  const timer = setInterval(() => void look(), lookEveryMs)
  return () => clearInterval(timer)
}
