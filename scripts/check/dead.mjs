import { runTool } from './tool.mjs'

/**
 * Files and exports that nobody uses, dependencies that are not used or not declared.
 * @param {string} root
 * @param {string} [directory] that is looked at, with a knip.json of its own
 */
export function dead(root, directory = root) {
  return runTool(root, 'knip/bin/knip.js', ['--no-progress', '--no-config-hints', '--directory', directory])
}
