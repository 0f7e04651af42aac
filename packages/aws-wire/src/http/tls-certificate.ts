import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { TlsIdentity } from './tls-endpoint.js'

const dayMs = 86_400_000
const authorityDays = 3650
/** Some clients refuse certificates that are valid for longer than 398 days. */
const serverDays = 397
/** A certificate is renewed when less than this is left. */
const renewalDays = 30
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

const files = { authority: 'ca.pem', authorityKey: 'ca-key.pem', server: 'server.pem', serverKey: 'server-key.pem' } as const

export interface LocalTls {
  readonly identity: TlsIdentity
  /** The CA certificate that users install or name to their clients. */
  readonly authorityPath: string
  /** When to call again. */
  readonly renewAtMs: number
}

/**
 * The certificate for this machine, signed by a CA of its own; both are kept in `directory` and made there when they are
 * missing, near their end, or without one of the names. `names`: host names and addresses besides the machine's own.
 */
export async function localTls(directory: string, names: readonly string[], nowMs: number): Promise<LocalTls> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const wanted = [...new Set(['localhost', '127.0.0.1', '::1', hostname(), ...names])]
  const keptAuthority = await load(directory, files.authority, files.authorityKey, nowMs)
  const authority = keptAuthority ?? (await makeAuthority(directory, nowMs))
  const kept = await load(directory, files.server, files.serverKey, nowMs)
  const server =
    kept !== undefined && serves(kept, authority, wanted) ? kept : await makeServer(directory, authority, wanted, nowMs)
  const renewAtMs = Date.parse(new X509Certificate(server.cert).validTo) - renewalDays * dayMs
  return { identity: server, authorityPath: join(directory, files.authority), renewAtMs }
}

function serves(server: TlsIdentity, authority: TlsIdentity, names: readonly string[]): boolean {
  const certificate = new X509Certificate(server.cert)
  const known = new Set(certificate.subjectAltName?.split(', '))
  const named = names.every((name) => (isIP(name) ? certificate.checkIP(name) !== undefined : known.has(`DNS:${name}`)))
  return named && certificate.verify(new X509Certificate(authority.cert).publicKey)
}

async function makeAuthority(directory: string, nowMs: number): Promise<TlsIdentity> {
  const { x509, keys } = await makeKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    // The name tells the authorities of several installations apart in a trust store.
    name: `CN=Millrace local CA ${randomBytes(4).toString('hex')}, O=Millrace`,
    notBefore: new Date(nowMs - dayMs),
    notAfter: new Date(nowMs + authorityDays * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return keep(directory, files.authority, files.authorityKey, certificate.toString('pem'), keys.privateKey)
}

async function makeServer(
  directory: string,
  authority: TlsIdentity,
  names: readonly string[],
  nowMs: number,
): Promise<TlsIdentity> {
  const { x509, keys } = await makeKeys()
  const issuer = new x509.X509Certificate(authority.cert)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=localhost, O=Millrace',
    issuer: issuer.subject,
    notBefore: new Date(nowMs - dayMs),
    notAfter: new Date(Math.min(nowMs + serverDays * dayMs, issuer.notAfter.getTime())),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }))),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  })
  return keep(directory, files.server, files.serverKey, certificate.toString('pem'), keys.privateKey)
}

/** Loaded only where a certificate is made: most starts need none. */
async function makeKeys() {
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  x509.cryptoProvider.set(webcrypto)
  return { x509, keys: await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) }
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = Buffer.from(pem.replaceAll(/-----[^-]+-----/g, ''), 'base64')
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${der.replaceAll(/.{1,64}/g, '$&\n')}-----END PRIVATE KEY-----\n`
}

/** Positive, and without a leading zero byte. */
function serialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40
  return bytes.toString('hex')
}

/** Undefined: to be made (anew): missing, near its end, or left half replaced by a crash. */
async function load(directory: string, certFile: string, keyFile: string, nowMs: number): Promise<TlsIdentity | undefined> {
  try {
    const cert = await readFile(join(directory, certFile), 'utf8')
    const key = await readFile(join(directory, keyFile), 'utf8')
    const certificate = new X509Certificate(cert)
    const lasts = Date.parse(certificate.validTo) - nowMs > renewalDays * dayMs
    return lasts && certificate.checkPrivateKey(createPrivateKey(key)) ? { cert, key } : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function keep(
  directory: string,
  certFile: string,
  keyFile: string,
  cert: string,
  privateKey: webcrypto.CryptoKey,
): Promise<TlsIdentity> {
  const key = await exportKey(privateKey)
  await replaceFile(join(directory, keyFile), key, 0o600)
  await replaceFile(join(directory, certFile), cert, 0o644)
  return { cert, key }
}

async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const file = await open(`${path}.new`, 'w', mode)
  await file.writeFile(text)
  await file.sync()
  await file.close()
  await rename(`${path}.new`, path)
}
