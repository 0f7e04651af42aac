import { resolve } from 'node:path'
import { err, ok, type Result } from '@millrace/model'
import type { Setting } from './setting.js'
import { settings } from './settings.js'

type Value<S> = S extends Setting<infer T> ? T : never

/** A value for every setting. `dataDirectory` and the TLS files are absolute. */
export type Config = { readonly [Name in keyof typeof settings]: Value<(typeof settings)[Name]> }

export interface LoadedConfig {
  readonly config: Config
  /** Sentences: what was set and has no effect. */
  readonly warnings: readonly string[]
}

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the environment. The error lists every value that cannot be used, as sentences that name variable and remedy: a server
 * with a setting that it does not understand must not start with another one.
 * @param baseDirectory what relative paths are relative to
 */
export function loadConfig(env: Environment, baseDirectory: string): Result<LoadedConfig, readonly string[]> {
  const problems: string[] = []
  const values = Object.fromEntries(
    Object.entries<Setting<unknown>>(settings).map(([name, setting]) => [name, readSetting(setting, env, problems)]),
  ) as Config
  problems.push(...unpaired(values))
  if (problems.length > 0) return err(problems)
  return ok({ config: withAbsolutePaths(values, baseDirectory), warnings: unknownVariables(env) })
}

function readSetting(setting: Setting<unknown>, env: Environment, problems: string[]): unknown {
  const text = env[setting.variable]
  if (text === undefined) return setting.defaultValue
  const result = setting.read(text)
  if (result.ok) return result.value
  problems.push(`${setting.variable} must be ${result.error}${setting.isSecret ? '' : `, not ${JSON.stringify(text)}`}.`)
  return setting.defaultValue
}

/** Pairs of which one half is of no use. */
function unpaired(values: Config): string[] {
  const pairs = [
    ['rootAccessKeyId', 'rootSecretAccessKey'],
    ['tlsCertificateFile', 'tlsKeyFile'],
  ] as const
  return pairs
    .filter(([one, other]) => (values[one] === undefined) !== (values[other] === undefined))
    .map(([one, other]) => `${settings[one].variable} and ${settings[other].variable} must be set together.`)
}

function withAbsolutePaths(values: Config, baseDirectory: string): Config {
  const absolute = (path: string | undefined) => (path === undefined ? undefined : resolve(baseDirectory, path))
  return {
    ...values,
    dataDirectory: resolve(baseDirectory, values.dataDirectory),
    tlsCertificateFile: absolute(values.tlsCertificateFile),
    tlsKeyFile: absolute(values.tlsKeyFile),
  }
}

function unknownVariables(env: Environment): string[] {
  const known = new Set<string>(Object.values(settings).map((setting) => setting.variable))
  return Object.keys(env)
    .filter((variable) => variable.startsWith('MILLRACE_') && !known.has(variable))
    .sort()
    .map((variable) => `${variable} is not a setting of this version; it has no effect.`)
}
