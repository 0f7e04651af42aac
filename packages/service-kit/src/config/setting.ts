import { err, ok, type Result } from '@millrace/model'

/**
 * One variable of the environment: its name, what it means, in which unit, and how its text is read. The table of settings is
 * made of these; documentation and loader both go by it.
 */
export interface Setting<T> {
  readonly variable: string
  readonly meaning: string
  /** What a reader is told of the default: the text that would set it, or where the value comes from. */
  readonly defaultText: string
  readonly defaultValue: T
  /** Never shown, not even in a refusal. */
  readonly isSecret: boolean
  /** The error says what would have been accepted: it completes "… must be". */
  read(text: string): Result<T, string>
}

export function text(variable: string, defaultValue: string, meaning: string): Setting<string> {
  const read = (value: string) => (value === '' ? err('not empty') : ok(value))
  return { variable, meaning, defaultValue, defaultText: defaultValue, isSecret: false, read }
}

export function optionalText(variable: string, meaning: string): Setting<string | undefined> {
  const read = (value: string) => (value === '' ? err('not empty') : ok(value))
  return { variable, meaning, defaultValue: undefined, defaultText: 'none', isSecret: false, read }
}

export function secret(variable: string, meaning: string): Setting<string | undefined> {
  return { ...optionalText(variable, meaning), isSecret: true }
}

/** A text of a fixed form, for example twelve digits. */
export function pattern(
  variable: string,
  defaultValue: string,
  form: RegExp,
  formText: string,
  meaning: string,
): Setting<string> {
  const read = (value: string) => (form.test(value) ? ok(value) : err(formText))
  return { ...text(variable, defaultValue, meaning), read }
}

export interface Range {
  readonly min: number
  readonly max: number
}

/** A whole number in decimal digits; the variable's name ends in its unit. */
export function integer(variable: string, defaultValue: number, range: Range, meaning: string): Setting<number> {
  const read = (value: string) => readInteger(value, range)
  return { variable, meaning, defaultValue, defaultText: String(defaultValue), isSecret: false, read }
}

/** As `integer`, for a number that the machine decides when nobody else does. */
export function optionalInteger(
  variable: string,
  range: Range,
  defaultText: string,
  meaning: string,
): Setting<number | undefined> {
  const read = (value: string) => readInteger(value, range)
  return { variable, meaning, defaultValue: undefined, defaultText, isSecret: false, read }
}

function readInteger(value: string, { min, max }: Range): Result<number, string> {
  const number = Number(value)
  return /^[0-9]{1,16}$/.test(value) && number >= min && number <= max ? ok(number) : err(`a whole number from ${min} to ${max}`)
}

/** One of a few words; the first is the default. */
export function choice<const Words extends readonly [string, ...string[]]>(
  variable: string,
  words: Words,
  meaning: string,
): Setting<Words[number]> {
  const read = (value: string): Result<Words[number], string> => {
    const word = words.find((candidate) => candidate === value)
    return word === undefined ? err(words.map((candidate) => `\`${candidate}\``).join(' or ')) : ok(word)
  }
  return { variable, meaning, defaultValue: words[0], defaultText: words[0], isSecret: false, read }
}

export interface Address {
  readonly host: string
  readonly port: number
}

/** `host:port`; an IPv6 host stands in brackets. */
export function optionalAddress(variable: string, meaning: string): Setting<Address | undefined> {
  const read = (value: string): Result<Address, string> => {
    const parts = /^(?:\[([0-9a-fA-F:]+)\]|([^\s:[\]]+)):([0-9]{1,5})$/.exec(value)
    const port = Number(parts?.[3])
    if (parts === null || port > 65_535) return err('`host:port`, with an IPv6 host in brackets')
    return ok({ host: parts[1] ?? parts[2] ?? '', port })
  }
  return { variable, meaning, defaultValue: undefined, defaultText: 'none', isSecret: false, read }
}
