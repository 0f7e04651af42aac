/**
 * Where the statements of a policy's text begin, in AWS's words. The text is a policy: its outer object has no objects but the
 * statements, and no other list.
 */
export function statementPlaces(text: string): string[] {
  const places: string[] = []
  const open: string[] = []
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') {
      if (token === '{' && (open.join('') === '{' || open.join('') === '{[')) places.push(placeOf(text, index))
      open.push(token)
    } else if (token === '}' || token === ']') {
      open.pop()
    }
  }
  return places
}

function placeOf(text: string, index: number): string {
  const lines = text.slice(0, index).split('\n')
  return `line ${lines.length}, column ${lines[lines.length - 1].length + 1}`
}
