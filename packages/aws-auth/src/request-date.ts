const basicForm = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

/** A client signs many requests of one second with the same date. */
let lastText = ''
let lastMs: number | undefined

/** Milliseconds of `20150830T123600Z`; of a `Date` header also `Sun, 30 Aug 2015 12:36:00 GMT`. Undefined: neither. */
export function parseRequestDate(text: string): number | undefined {
  if (text === lastText) return lastMs
  lastText = text
  lastMs = basicMs(text) ?? httpDateMs(text)
  return lastMs
}

/** `20150830T123600Z`, the form that AWS calls ISO-8601 basic. */
export function formatBasicDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}

function basicMs(text: string): number | undefined {
  const parts = basicForm.exec(text)
  if (parts === null) return undefined
  const [, year, month, day, hour, minute, second] = parts.map(Number) as [number, number, number, number, number, number, number]
  const ms = Date.UTC(year, month - 1, day, hour, minute, second)
  // The 31st of February is refused rather than read as the 3rd of March.
  return formatBasicDate(ms) === text ? ms : undefined
}

function httpDateMs(text: string): number | undefined {
  if (!text.endsWith(' GMT')) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}
