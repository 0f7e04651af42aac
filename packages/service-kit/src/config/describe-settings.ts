import type { Setting } from './setting.js'
import { settings } from './settings.js'

/** All settings as a Markdown table, for the documentation. */
export function describeSettings(): string {
  const rows = Object.values<Setting<unknown>>(settings).map(
    ({ variable, defaultText, meaning }) => `| \`${variable}\` | ${defaultText} | ${meaning} |`,
  )
  return ['| variable | default | meaning |', '|---|---|---|', ...rows, ''].join('\n')
}
