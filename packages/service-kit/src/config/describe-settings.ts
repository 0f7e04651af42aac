import { limitSettings } from './limit-settings.js'
import type { Setting } from './setting.js'
import { settings } from './settings.js'

/** All settings but the limits as a Markdown table, for the documentation. */
export function describeSettings(): string {
  const others = Object.entries<Setting<unknown>>(settings).filter(([name]) => !Object.hasOwn(limitSettings, name))
  return table(others.map(([, setting]) => setting))
}

/** The limits that can be raised, as the other table. */
export function describeLimits(): string {
  return table(Object.values(limitSettings))
}

function table(rows: readonly Setting<unknown>[]): string {
  const lines = rows.map(({ variable, defaultText, meaning }) => `| \`${variable}\` | ${defaultText} | ${meaning} |`)
  return ['| variable | default | meaning |', '|---|---|---|', ...lines, ''].join('\n')
}
