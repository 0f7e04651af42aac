/** What a template of object keys may have in it, as `!{name}`; the extension may be given: `!{extension:.json}`. */
const variable = /!\{(channel-name|channel-id|stream-name|yyyy|yy|MM|dd|HH|mm|extension(:[0-9A-Za-z._-]+)?)\}/g

/** What is wrong with a template; undefined: nothing. */
export function keyTemplateProblem(template: string): string | undefined {
  const literals = template.replace(variable, '')
  if (/[{}]/.test(literals)) return `OutputKeyTemplate ${template} has an unknown variable.`
  if (template.startsWith('/') || template.endsWith('/'))
    return `OutputKeyTemplate ${template} must not start or end with a slash.`
  if (/(^|\/)\.{1,2}(\/|$)/.test(template)) return `OutputKeyTemplate ${template} must not have . or .. as a part.`
  return undefined
}
