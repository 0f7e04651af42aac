import { dead } from './dead.mjs'
import { layers } from './layers.mjs'
import { lock } from './lock.mjs'
import { sizes } from './sizes.mjs'
import { text } from './text.mjs'
import { runTool } from './tool.mjs'

/**
 * What a check found: problems fail it, remarks do not.
 * @typedef {{ problems: string[], remarks: string[] }} Findings
 * @typedef {{ name: string, what: string, run(root: string): Promise<Findings> }} Check
 */

/** @type {readonly Check[]} */
export const checks = [
  { name: 'types', what: 'tsc over all packages', run: (root) => runTool(root, 'typescript/bin/tsc', ['-b']) },
  { name: 'script-types', what: 'tsc over scripts', run: (root) => runTool(root, 'typescript/bin/tsc', ['-p', 'scripts']) },
  {
    name: 'style',
    what: 'biome: lint and format',
    run: (root) => runTool(root, '@biomejs/biome/bin/biome', ['ci', '--colors=off', '.']),
  },
  { name: 'layers', what: 'who may import whom, no cycles', run: layers },
  { name: 'dead', what: 'knip: unused files, exports and dependencies', run: (root) => dead(root) },
  { name: 'sizes', what: 'functions of at most 70 lines, few long files', run: sizes },
  { name: 'text', what: 'nothing left behind, no path of one machine', run: text },
  { name: 'lock', what: 'no addresses in the lock file', run: lock },
]
