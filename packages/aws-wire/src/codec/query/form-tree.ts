import { nestingMax } from '../codec.js'

/** Of all names in a form: no API comes near. */
const stepsMax = 20_000

/** The parameters of a form by the steps of their names: `Tags.member.1.Key=a` is a value four steps down. */
export interface FormNode {
  value: string | undefined
  readonly steps: Map<string, FormNode>
}

/** Undefined where there are more parameters, or more steps in a name, than any model needs. Of several of one name the first counts. */
export function formTree(bytes: Buffer): FormNode | undefined {
  const root = emptyNode()
  let left = stepsMax
  for (const [name, value] of new URLSearchParams(bytes.toString('latin1'))) {
    const steps = name.split('.', nestingMax + 1)
    left -= steps.length
    if (left < 0 || steps.length > nestingMax) return undefined
    const node = steps.reduce(stepped, root)
    node.value ??= value
  }
  return root
}

function emptyNode(): FormNode {
  return { value: undefined, steps: new Map() }
}

function stepped({ steps }: FormNode, step: string): FormNode {
  const known = steps.get(step)
  if (known) return known
  const node = emptyNode()
  steps.set(step, node)
  return node
}
